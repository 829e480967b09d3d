import { InputError } from "@lorank/core";

/** Quotes around cells with delimiters or line ends: double, or none, so that each is a character. */
export type Quote = "double" | "none";

export interface SeparatedText {
  /** File name, for messages. */
  readonly name: string;
  readonly text: string;
  /** Delimiter character. */
  readonly delimiter: string;
  /** Quotes option, for messages. */
  readonly quoteOption: string;
}

/**
 * Asserts that opened cells end. Quotes in other cells are characters, as in pandas and R; csv-parse's `relax_quotes`
 * also splits a quoted cell that goes on after the closing quote. Throws `E_DATA` with the first unended cell's line.
 */
export function assertQuotedCellsEnd(separated: SeparatedText): void {
  const { text, delimiter } = separated;
  /** Record line end: the first outside quotes, as in csv-parse. */
  let lineEnd: string | undefined;
  let from = 0;
  for (let open = text.indexOf('"'); open >= 0; open = text.indexOf('"', from)) {
    lineEnd ??= /\r\n|\n|\r/.exec(text.slice(from, open))?.[0];
    const opensCell =
      open === 0 || text[open - 1] === delimiter || (lineEnd !== undefined && text.endsWith(lineEnd, open));
    if (!opensCell) {
      from = open + 1;
      continue;
    }
    const end = endOfQuoted(text, open);
    if (end === undefined) throw notEnded(separated, open, "none up to the end of the file");
    lineEnd ??= /^(?:\r\n|\n|\r)/.exec(text.slice(end, end + 2))?.[0];
    const isEnd =
      end === text.length ||
      text[end] === delimiter ||
      (lineEnd !== undefined && text.startsWith(lineEnd, end));
    if (!isEnd) throw notEnded(separated, open, `${JSON.stringify(text[end])} behind it`);
    from = end;
  }
}

/** Place after the closing quote; doubled quotes are characters. */
function endOfQuoted(text: string, open: number): number | undefined {
  for (let at = text.indexOf('"', open + 1); at >= 0; at = text.indexOf('"', at + 2))
    if (text[at + 1] !== '"') return at + 1;
  return undefined;
}

function notEnded({ name, text, quoteOption }: SeparatedText, open: number, got: string): InputError {
  const line = text.slice(0, open).split(/\r\n|\n|\r/).length;
  return new InputError(
    "E_DATA",
    `${name} must be well-formed: the cell that opens with a quote in line ${line} must end with one, got ${got}\n` +
      `A quote that opens no cell is a character. ${quoteOption} none takes every quote for one.`,
  );
}
