import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { type RawGguf, rawGguf } from "./gguf-bytes.ts";

export * from "./gguf-bytes.ts";

/** Writes a GGUF into a folder of its own and returns its path. */
export function ggufFile(content: RawGguf | Uint8Array): string {
  const path = join(temporaryFolder(), "model.gguf");
  writeFileSync(path, content instanceof Uint8Array ? content : rawGguf(content));
  return path;
}
