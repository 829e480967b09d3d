import { closeSync, fstatSync, openSync } from "node:fs";
import { InputError } from "@lorank/core";
import { systemErrorCode } from "./system-error.ts";

/** A file that has been opened for reading; whoever asked for it closes the descriptor. */
export interface OpenFile {
  readonly descriptor: number;
  /** Bytes. */
  readonly size: number;
}

/** @throws InputError E_FILE when there is nothing that can be read at `path`, or it is no file. */
export function openFile(path: string): OpenFile {
  const descriptor = opened(path);
  const stat = fstatSync(descriptor);
  if (stat.isFile()) return { descriptor, size: stat.size };
  closeSync(descriptor);
  throw new InputError("E_FILE", `${path} must be a file, got a folder or device`);
}

function opened(path: string): number {
  try {
    return openSync(path, "r");
  } catch (error) {
    throw new InputError("E_FILE", `${path} must be a readable file, got ${systemErrorCode(error)}`, {
      cause: error,
    });
  }
}
