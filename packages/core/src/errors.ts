/**
 * Error that a user can fix, with a stable `code`; the message names field, rule and value. Test with {@link
 * isInputError}: `instanceof` fails across two installed copies of a package. Control and bidi characters are escaped
 * as `\u{1b}`; line ends stay.
 */
export class InputError extends Error {
  override readonly name = "InputError";
  readonly code: string;
  /** Option, key, flag or file at fault, the first if several; undefined where no single word names it. */
  readonly field: string | undefined;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message.replace(controls, escaped), options);
    this.code = code;
    const [, subject, unknown] = faulty.exec(this.message) ?? [];
    this.field = subject ?? unknown;
  }
}

const faulty = /^(?:(?:(?! must ).)*: )?(?:(\S+) must |unknown key "(.+?)")/;

const controls = /(?!\n)[\p{Cc}\p{Bidi_C}]/gu;
const escaped = (one: string): string => `\\u{${one.charCodeAt(0).toString(16)}}`;

/** Type guard for an {@link InputError} from any installed copy of this package. */
export function isInputError(error: unknown): error is InputError {
  return (
    error instanceof Error &&
    error.name === "InputError" &&
    typeof (error as { code?: unknown }).code === "string"
  );
}

const machineErrors = new Set(["EDQUOT", "EIO", "EMFILE", "ENFILE", "ENOSPC", "ESTALE"]);

/** Errno name for a machine fault, unlike an input fault, in an error or its causes. */
export function machineErrorCode(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as { readonly code?: string };
    if (code !== undefined && machineErrors.has(code)) return code;
  }
  return undefined;
}
