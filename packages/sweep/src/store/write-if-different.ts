import { readFileSync, statSync } from "node:fs";
import { writeFileAtomic } from "@lorank/checkpoint/files";
import { InputError } from "@lorank/core";

/** Atomic; leaves the file alone, times included, when it already has this content. */
export function writeIfDifferent(path: string, content: Uint8Array | string): void {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  if (!isEqualFile(path, bytes)) writeFileAtomic(path, bytes);
}

/**
 * Whether a file is there and has these bytes.
 *
 * @throws InputError `E_OUT` for a folder, which no file can take the place of.
 */
export function isEqualFile(path: string, bytes: Uint8Array): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory() === true)
    throw new InputError(
      "E_OUT",
      `${path} must be a file, got a folder\nDelete it, then run the same again.`,
    );
  return stat?.size === bytes.length && readFileSync(path).equals(bytes);
}
