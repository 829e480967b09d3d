import { InputError } from "@lorank/core";
import { outcomeCells } from "./cells.ts";
import { assertColumns, countFields, findColumns } from "./columns.ts";
import type { LineReader } from "./read-lines.ts";
import type { Rows } from "./rows.ts";

const separators = [",", ";", "\t"];
/** A quotation mark that nothing closes would swallow the rest of the file. */
const mostCharactersInQuotes = 2 ** 20;

/** Reads rows of cells below a header; `separator` is found from the header unless it is given. */
export function separatedLines(header: string, rows: Rows, separator = separatorOf(header)): LineReader {
  const names = cellsOf(header, separator) ?? [];
  const columns = findColumns(names, rows.source);
  assertColumns(columns, names, rows);
  const decimalComma = separator === ";";
  const row = (record: string, number: number): void => {
    const cells = cellsOf(record, separator);
    const fault = layoutFault(cells, names.length);
    if (fault !== undefined) rows.reject(number, fault);
    else if (cells!.some((cell) => cell !== ""))
      rows.add(
        outcomeCells(columns, (place) => cells![place], decimalComma),
        number,
      );
  };
  return records(row, rows.source);
}

/** Puts lines together while a quotation mark is open; a record has the number of its first line. */
function records(row: (record: string, number: number) => void, source: string): LineReader {
  let open: { lines: string[]; characters: number; readonly number: number } | undefined;
  const unclosed = (number: number): InputError =>
    new InputError("E_DATA", `${source}, line ${number}: a quotation mark must be closed, got no other one`);
  return {
    line: (text, number) => {
      const turns = hasOddQuotes(text);
      if (open === undefined) {
        if (turns) open = { lines: [text], characters: text.length, number };
        else if (text.trim() !== "") row(text, number);
        return;
      }
      open.lines.push(text);
      open.characters += text.length;
      if (turns) {
        row(open.lines.join("\n"), open.number);
        open = undefined;
      } else if (open.characters > mostCharactersInQuotes) throw unclosed(open.number);
    },
    end: () => {
      if (open !== undefined) throw unclosed(open.number);
    },
  };
}

function hasOddQuotes(text: string): boolean {
  let odd = false;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) odd = !odd;
  return odd;
}

/** The separator under which the header has the most of our columns, then the most cells. */
function separatorOf(header: string): string {
  const splits = separators.map((separator) => {
    const cells = cellsOf(header, separator) ?? [];
    return { separator, fields: countFields(cells), cells: cells.length };
  });
  return splits.sort((a, b) => b.fields - a.fields || b.cells - a.cells)[0]!.separator;
}

function layoutFault(cells: readonly string[] | undefined, width: number): string | undefined {
  if (cells === undefined) return "a quotation mark must stand around a whole cell";
  // Excel pads rows with empty cells.
  const isPadded = cells.length > width && cells.slice(width).every((cell) => cell === "");
  if (cells.length === width || isPadded) return undefined;
  return `must have ${width} cells as the header, got ${cells.length}`;
}

/** The cells of a record without the spaces around them; undefined where quotation marks are in the wrong places. */
export function cellsOf(record: string, separator: string): string[] | undefined {
  if (!record.includes('"')) return record.split(separator).map((cell) => cell.trim());
  const cells: string[] = [];
  let rest = record;
  for (;;) {
    const quoted = /^\s*"([^"]*(?:""[^"]*)*)"/.exec(rest);
    const after = quoted === null ? rest : rest.slice(quoted[0].length);
    const end = after.indexOf(separator);
    const plain = (end === -1 ? after : after.slice(0, end)).trim();
    if (quoted === null ? plain.includes('"') : plain !== "") return undefined;
    cells.push(quoted === null ? plain : quoted[1]!.replaceAll('""', '"'));
    if (end === -1) return cells;
    rest = after.slice(end + separator.length);
  }
}
