/** The errno name of a file-system error, such as ENOENT, or its message when it has none. */
export function systemErrorCode(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  return typeof code === "string" ? code : String((error as Error).message);
}
