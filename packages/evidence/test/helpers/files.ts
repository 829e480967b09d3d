import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export { temporaryFolder } from "../../../../scripts/temporary-folder.ts";

/** Writes a file in a folder, and the folders between them. Returns its path. */
export function writeBelow(folder: string, path: string, text = ""): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}
