import { InputError } from "@lorank/core";

/** The errno name of a file-system error, such as ENOENT, or its message when it has none. */
export function systemErrorCode(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  return typeof code === "string" ? code : String((error as Error).message);
}

/** @param cause what the file system threw */
export function unreadable(path: string, cause: unknown, code = "E_FILE"): InputError {
  return new InputError(code, `${path} must be a readable file, got ${systemErrorCode(cause)}`, { cause });
}
