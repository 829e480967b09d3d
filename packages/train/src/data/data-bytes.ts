import { InputError } from "@lorank/core";

/** What `-` is called in messages, and as data. */
export const standardInput = "standard input";

/**
 * Gives the bytes of a data file, or of standard input for `-`.
 *
 * @param most bytes that are read; a file that has more is an InputError `E_DATA`, with `advice` behind it.
 */
export type ReadData = (path: string, most: number, advice?: string) => Uint8Array | Promise<Uint8Array>;

/** @throws InputError `E_DATA` for more bytes than that. */
export function assertAtMost(name: string, size: number, most: number, advice?: string): void {
  if (size <= most) return;
  const rule = `${name} must have at most ${most} bytes, got ${size}`;
  throw new InputError("E_DATA", advice === undefined ? rule : `${rule}\n${advice}`);
}
