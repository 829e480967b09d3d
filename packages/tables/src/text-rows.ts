import { InputError } from "@lorank/core";
import type { ReadOptions, TextKind } from "./read-options.ts";
import { assertAtMost, jsonLines, jsonRows, type Row } from "./rows.ts";
import { separatedRows } from "./separated-text.ts";
import { decodeText } from "./text-encoding.ts";
import { assertNoBinary, MOST_TEXT_BYTES, moreRows } from "./text-problems.ts";

/** Rows in a text's bytes; without a `known` kind the text tells it. Throws as `tableRows`. */
export function rowsOfText(
  name: string,
  known: TextKind | undefined,
  bytes: Uint8Array,
  options: ReadOptions,
): Row[] {
  const {
    encoding,
    delimiter,
    quote,
    columns = [],
    onNote = () => {},
    optionName = (option) => option,
  } = options;
  assertAtMost(name, bytes.byteLength, MOST_TEXT_BYTES, moreRows);
  const { text, found } = decodeText(bytes, name, encoding, optionName("encoding"));
  if (found !== undefined)
    onNote(
      `Read ${name} as ${found}, which was found from its bytes (${optionName("encoding")} says otherwise).`,
    );
  assertNoBinary(name, text);
  const kind = known ?? (/^\s*[[{]/.test(text) ? "json" : "separated");
  if (kind === "lines" || kind === "json") {
    for (const [option, value] of Object.entries({ delimiter, quote }))
      if (value !== undefined)
        throw new InputError("E_DATA", `${optionName(option)} must be absent with JSON, got ${value}`);
    return (kind === "lines" ? jsonLines : jsonRows)(name, text);
  }
  const endingDelimiter = kind === "tabs" ? "tab" : ",";
  const settings = { requested: delimiter, quote, quoteOption: optionName("quote"), columns };
  const separated = separatedRows(name, text, { endingDelimiter, ...settings });
  if (separated.blank > 0)
    onNote(`Left out ${separated.blank} blank row${separated.blank === 1 ? "" : "s"} of ${name}.`);
  if (separated.found !== undefined) {
    const what = separated.found === "tab" ? "tabs" : `"${separated.found}"`;
    onNote(
      `The cells of ${name} have ${what} between them, by its header (${optionName("delimiter")} says otherwise).`,
    );
  }
  return separated.rows;
}
