import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type RawGguf, rawGguf } from "./gguf-bytes.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export * from "./gguf-bytes.ts";

/** Writes a GGUF into a folder of its own and returns its path. */
export function ggufFile(content: RawGguf | Uint8Array): string {
  const path = join(temporaryFolder(), "model.gguf");
  writeFileSync(path, content instanceof Uint8Array ? content : rawGguf(content));
  return path;
}
