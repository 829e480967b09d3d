/**
 * An error that the user can fix: bad input, not a bug. `code` is stable, the message names the field, the rule
 * and the value. Test with {@link isInputError}: `instanceof` breaks when two copies of a package are installed.
 */
export class InputError extends Error {
  override readonly name = "InputError";
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** True for an {@link InputError} of any copy of this package. */
export function isInputError(error: unknown): error is InputError {
  return (
    error instanceof Error &&
    error.name === "InputError" &&
    typeof (error as { code?: unknown }).code === "string"
  );
}
