import { openFile } from "../../src/files/descriptor.ts";
import { type GgufFile, ggufIn } from "../../src/gguf/open.ts";

export function openGguf(path: string): GgufFile {
  return ggufIn(openFile(path));
}
