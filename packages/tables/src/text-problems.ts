import { InputError } from "@lorank/core";
import type { CsvError } from "#csv-parse";

/** V8's longest string, which a whole text becomes; other engines allow more. */
export const MOST_TEXT_BYTES = 2 ** 29 - 24;

export const moreRows = "Leave rows out, or convert it to Parquet, which may be larger.";

/** Refuses text with NUL bytes, which a cut download leaves and other kinds of files begin with. */
export function assertNoBinary(name: string, text: string): void {
  const [line] = text.slice(0, 2 ** 16).split("\n", 1);
  if (line!.includes("\0"))
    throw new InputError(
      "E_DATA",
      `${name} must be text, got NUL characters in its first line\nIt is another kind of file, or its copy was cut: save or copy it again.`,
    );
}

/** Error for unparsable text; a RangeError comes from a full array or memory, not from the text. */
export function parseProblem(name: string, cause: CsvError | RangeError): InputError {
  if (cause instanceof RangeError)
    return new InputError(
      "E_DATA",
      `${name} must have fewer rows, got more than there is memory for\n${moreRows}`,
      { cause },
    );
  const { message, code, record, lines } = cause;
  const reason =
    code === "CSV_RECORD_INCONSISTENT_FIELDS_LENGTH"
      ? `every row must have as many cells as the header, got ${(record as string[]).length} in line ${lines}`
      : message;
  return new InputError("E_DATA", `${name} must be well-formed: ${reason}`, { cause });
}
