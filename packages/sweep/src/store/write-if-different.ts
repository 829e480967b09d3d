import { existsSync, readFileSync } from "node:fs";
import { writeFileAtomic } from "@lorank/checkpoint/files";

/** Atomic; leaves the file alone, times included, when it already has this content. */
export function writeIfDifferent(path: string, content: Uint8Array | string): void {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  if (!isEqualFile(path, bytes)) writeFileAtomic(path, bytes);
}

/** Whether a file is there and has these bytes. */
export function isEqualFile(path: string, bytes: Uint8Array): boolean {
  return existsSync(path) && readFileSync(path).equals(bytes);
}
