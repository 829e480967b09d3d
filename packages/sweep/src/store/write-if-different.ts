import { statSync } from "node:fs";
import { readWholeFile, throwIfUnreadable, writeFileAtomic } from "@lorank/checkpoint/files";
import { machineErrorCode } from "@lorank/core";
import { mustBe } from "./own-folders.ts";

/** Atomic; leaves the file alone, times included, when it already has this content. */
export function writeIfDifferent(path: string, content: Uint8Array | string): void {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  if (!isEqualFile(path, bytes)) writeFileAtomic(path, bytes);
}

/**
 * Whether a file is there and has these bytes. One that cannot be read has not: it can still be replaced.
 *
 * @throws InputError `E_OUT` for a folder, which no file can take the place of.
 */
export function isEqualFile(path: string, bytes: Uint8Array): boolean {
  const found = bytesOf(path);
  if (found === "folder") throw mustBe(path, "a file", "a folder");
  return found?.equals(bytes) === true;
}

/**
 * The bytes of a file; undefined of one that is missing or cannot be read, be it for its rights or for a loop of links.
 * Throws where the disk or the machine fails.
 */
export function bytesOf(path: string): Buffer | "folder" | undefined {
  try {
    return statSync(path).isDirectory() ? "folder" : readWholeFile(path);
  } catch (error) {
    if (machineErrorCode(error) !== undefined) throwIfUnreadable(path, error);
    return undefined;
  }
}
