import { statfsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { formatDecimalBytes, InputError, machineErrorCode } from "@lorank/core";

/** Errno name for a file-system error, such as ENOENT, or its message. */
export function systemErrorCode(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  return typeof code === "string" ? code : String((error as Error).message);
}

/**
 * Error about an unreadable file.
 *
 * @param cause thrown by the file system
 */
export function unreadable(path: string, cause: unknown, code = "E_FILE"): InputError {
  return new InputError(code, `${path} must be a readable file, got ${systemErrorCode(cause)}`, { cause });
}

/** Runs `read`; file-system errors then name `path` and keep the errno name as `code`. */
export function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw isSystemError(error) ? unreadNow(path, error) : error;
  }
}

/**
 * Throws for a file that may be whole but is unreadable now, so that it is neither deleted nor made anew.
 *
 * @param cause thrown by the file system
 * @throws InputError `E_FILE` where permission is missing; else an error with the errno name as `code`.
 */
export function throwIfUnreadable(path: string, cause: unknown): void {
  const { code } = cause as { readonly code?: unknown };
  if (code === "EACCES" || code === "EPERM") {
    const rule = `${path} must be a file that can be read, got ${code}`;
    throw new InputError("E_FILE", `${rule}\nGet permission to read it, then run the same again.`, { cause });
  }
  if (machineErrorCode(cause) !== undefined) throw isSystemError(cause) ? unreadNow(path, cause) : cause;
}

function unreadNow(path: string, cause: NodeJS.ErrnoException): Error {
  const { code, message } = cause;
  return Object.assign(new Error(`${path} could not be read: ${message}`, { cause }), { code, path });
}

/**
 * Runs `write`; file-system errors then name `path` and keep the errno name as `code`; for a full disk also the free
 * room.
 *
 * @param bytes to be written, where known; a function counts them for an error alone.
 */
export function writing<T>(path: string, write: () => T, bytes?: number | (() => number)): T {
  try {
    return write();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw writeError(path, error, typeof bytes === "function" ? bytes() : bytes);
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

/** True for a file-system error, false for errors made by {@link writeError}. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error;
}

/** Free bytes at `path`, existing or not; undefined where unknown, as on some network file systems. */
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
