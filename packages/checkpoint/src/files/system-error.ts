import { statfsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { formatDecimalBytes, InputError } from "@lorank/core";

/** The errno name of a file-system error, such as ENOENT, or its message when it has none. */
export function systemErrorCode(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  return typeof code === "string" ? code : String((error as Error).message);
}

/** @param cause what the file system threw */
export function unreadable(path: string, cause: unknown, code = "E_FILE"): InputError {
  return new InputError(code, `${path} must be a readable file, got ${systemErrorCode(cause)}`, { cause });
}

/** Runs what reads `path`. Where the file system fails, the error names the path and keeps the errno name as its `code`. */
export function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const { code, message } = error;
    throw Object.assign(new Error(`${path} could not be read: ${message}`, { cause: error }), { code, path });
  }
}

/**
 * Runs what writes to `path`. Where the file system refuses, the error names the path and keeps the errno name as its
 * `code`; of a full disk it says how much room there is. Any other error passes as it is.
 *
 * @param bytes that are written, where that is known.
 */
export function writing<T>(path: string, write: () => T, bytes?: number): T {
  try {
    return write();
  } catch (error) {
    throw isSystemError(error) ? writeError(path, error, bytes) : error;
  }
}

function writeError(path: string, cause: NodeJS.ErrnoException, bytes: number | undefined): Error {
  const { code, message } = cause;
  const free = code === "ENOSPC" ? freeBytes(path) : undefined;
  const room = [
    ...(bytes === undefined ? [] : [`${formatDecimalBytes(bytes)} to write`]),
    ...(free === undefined ? [] : [`${formatDecimalBytes(free)} free there`]),
  ].join(", ");
  const error = new Error(`${path} could not be written: ${message}${room && ` (${room})`}`, { cause });
  return Object.assign(error, { code, path });
}

/** What the system threw, and not {@link writeError} already. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error;
}

/**
 * Bytes that may still be written to the file system that holds `path`, or will; undefined where it does not tell, as some
 * network file systems do not.
 */
export function freeBytes(path: string): number | undefined {
  for (let place = resolve(path); ; place = dirname(place)) {
    try {
      const { bavail, blocks, bsize } = statfsSync(place);
      return blocks > 0 ? bavail * bsize : undefined;
    } catch {
      if (dirname(place) === place) return undefined;
    }
  }
}
