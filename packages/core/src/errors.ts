/**
 * An error that the user can fix: bad input, not a bug. `code` is stable; the message names the field, the rule and the
 * value. Test with {@link isInputError}: `instanceof` breaks when two copies of a package are installed. Control characters and
 * those of writing direction, which a name in a file may hold, are written as `\u{1b}`; line ends stay.
 */
export class InputError extends Error {
  override readonly name = "InputError";
  readonly code: string;
  /** Option, key, flag or file at fault, as the message writes it; of several the first. Undefined where no single word names it. */
  readonly field: string | undefined;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message.replace(controls, escaped), options);
    this.code = code;
    const [, subject, unknown] = faulty.exec(this.message) ?? [];
    this.field = subject ?? unknown;
  }
}

/** Subject of a first line `field must be rule`, without the `file: ` before it; or the key of `unknown key "field"`. */
const faulty = /^(?:(?:(?! must ).)*: )?(?:(\S+) must |unknown key "(.+?)")/;

const controls = /(?!\n)[\p{Cc}\p{Bidi_C}]/gu;
const escaped = (one: string): string => `\\u{${one.charCodeAt(0).toString(16)}}`;

/** True for an {@link InputError} of any copy of this package. */
export function isInputError(error: unknown): error is InputError {
  return (
    error instanceof Error &&
    error.name === "InputError" &&
    typeof (error as { code?: unknown }).code === "string"
  );
}

/** Codes for a full or failing disk, a lost file server and too many open files, whatever the path. */
const machineErrors = new Set(["EDQUOT", "EIO", "EMFILE", "ENFILE", "ENOSPC", "ESTALE"]);

/** Finds the errno name in an error, or in its causes, that the machine and not the input is to blame for. */
export function machineErrorCode(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as { readonly code?: string };
    if (code !== undefined && machineErrors.has(code)) return code;
  }
  return undefined;
}
