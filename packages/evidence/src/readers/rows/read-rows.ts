import { cutText, InputError } from "@lorank/core";
import { namedSeparator } from "@lorank/tables";
import type { OutcomeCells } from "../../columns/outcome-columns.ts";
import { fieldsOf, findColumns, has, numberedColumns, readerOf } from "../../columns/shapes.ts";
import type { CellIn, ChosenCells, EvaluatedCells, Rows } from "./rows.ts";

/** Takes text lines, without their ends and numbered from 1. */
export interface LineReader {
  line(text: string, number: number): void;
  end?(): void;
}

const separators = [",", ";", "\t"];
/** Limit on a quoted cell: an unclosed quotation mark would swallow the rest of the file. */
const mostCharactersInQuotes = 2 ** 20;

/** Row reader; the first lines tell the format. */
export function rowReader(rows: Rows): LineReader {
  let reader: LineReader | undefined;
  let separator: string | undefined;
  const readFirst = (text: string, number: number): void => {
    const start = text.trimStart()[0];
    const named = namedSeparator(text);
    if (start === undefined) return;
    if (separator === undefined && named !== undefined) separator = named;
    else if (start === "{") {
      reader = jsonLines(rows);
      reader.line(text, number);
    } else if (start === "[")
      throw new InputError("E_DATA", `${rows.source} must hold a JSON object a line, got an array`);
    else reader = separatedLines(text, rows, separator);
  };
  return {
    line: (text, number) => (reader === undefined ? readFirst(text, number) : reader.line(text, number)),
    end: () => reader?.end?.(),
  };
}

/** Reads a JSON object per line; the first must have all needed keys. */
export function jsonLines(rows: Rows): LineReader {
  let names: readonly string[] | undefined;
  let read = readerOf({});
  const line = (text: string, number: number): void => {
    if (text.trim() === "") return;
    const row = objectIn(text);
    if (row === undefined) {
      rows.reject(number, `must be a JSON object, got ${cutText(text, 60)}`);
      return;
    }
    const keys = Object.keys(row);
    if (keys.length !== names?.length || keys.some((key, i) => key !== names![i])) {
      const source = `${rows.source}, line ${number}`;
      const required = names === undefined ? rows.required : [];
      read = readerOf(findColumns("outcomes", keys, { ...rows, source, required }));
      names = keys;
    }
    const chosen = chosenBy(rows, keys, (column) => row[column], number);
    if (chosen === undefined) return;
    rows.add(
      withChoice(
        read((place) => row[keys[place]!]),
        chosen,
      ),
      number,
    );
  };
  return { line };
}

const noChoice: ChosenCells = {};

/** Cells that the choice of rows adds to a row; undefined if the row is skipped. */
function chosenBy(rows: Rows, columns: readonly string[], cellIn: CellIn, number: number) {
  return rows.choose === undefined ? noChoice : rows.choose(columns, cellIn, number);
}

/** Copies a row only if the choice adds something: there may be millions. */
function withChoice(cells: OutcomeCells, chosen: ChosenCells): EvaluatedCells {
  if (chosen === noChoice) return cells;
  const { averaged, rank, secondary, label } = chosen;
  return [averaged, rank, secondary, label].every((cell) => cell === undefined)
    ? cells
    : { ...cells, ...chosen };
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Reads separated cells. Without `separator` the header tells it; a row may have a cell for each run. */
export function separatedLines(header: string, rows: Rows, separator = separatorOf(header)): LineReader {
  const cellsOf = cellSplitter(separator);
  const names = cellsOf(header) ?? [];
  const ofRuns = rows.hasArms || has("outcomes", "correct", names) ? [] : numberedColumns(names, "run");
  const required = ofRuns.length > 0 ? [] : rows.required;
  const columns = findColumns("outcomes", names, { ...rows, required });
  const comma = separator === ";";
  const read = readerOf(columns, comma);
  const runs = ofRuns.map((run) => ({ ...run, read: readerOf({ ...columns, correct: run.place }, comma) }));
  const add = (cells: readonly string[], number: number): void => {
    const chosen = chosenBy(rows, names, (column) => cells[names.indexOf(column)], number);
    if (chosen === undefined) return;
    const rowBy = (read: ReturnType<typeof readerOf>): EvaluatedCells =>
      withChoice(
        read((place) => cells[place]),
        chosen,
      );
    if (runs.length === 0) rows.add(rowBy(read), number);
    for (const { number: rank, second: seed, place, read } of runs) {
      const { example = number, ...outcome } = rowBy(read);
      rows.add({ ...outcome, example, rank, seed, column: names[place]! }, number);
    }
  };
  const record = (text: string, number: number): void => {
    const cells = cellsOf(text);
    if (cells === undefined) rows.reject(number, "a quotation mark must stand around a whole cell");
    // Excel pads rows with empty cells.
    else if (cells.length < names.length || cells.slice(names.length).some((cell) => cell !== ""))
      rows.reject(number, `must have ${names.length} cells as the header, got ${cells.length}`);
    else if (cells.some((cell) => cell !== "")) add(cells, number);
  };
  return records(record, rows.source);
}

/** Joins lines while a quotation mark is open; a record has its first line's number. */
function records(record: (text: string, number: number) => void, source: string): LineReader {
  let open: { lines: string[]; characters: number; readonly number: number } | undefined;
  const refuseOpen = (): never => {
    throw new InputError(
      "E_DATA",
      `${source}, line ${open!.number}: a quotation mark must be closed, got no other one`,
    );
  };
  return {
    line: (text, number) => {
      const hasOddQuotes = text.includes('"') && text.split('"').length % 2 === 0;
      if (open === undefined) {
        if (hasOddQuotes) open = { lines: [text], characters: text.length, number };
        else if (text.trim() !== "") record(text, number);
        return;
      }
      open.lines.push(text);
      open.characters += text.length;
      if (hasOddQuotes) {
        record(open.lines.join("\n"), open.number);
        open = undefined;
      } else if (open.characters > mostCharactersInQuotes) refuseOpen();
    },
    end: () => {
      if (open !== undefined) refuseOpen();
    },
  };
}

function separatorOf(header: string): string {
  const splits = separators.map((separator) => {
    const cells = cellSplitter(separator)(header) ?? [];
    return {
      separator,
      fields: fieldsOf("outcomes").filter((field) => has("outcomes", field, cells)).length,
      cells: cells.length,
    };
  });
  return splits.sort((a, b) => b.fields - a.fields || b.cells - a.cells)[0]!.separator;
}

/** Splits a record into trimmed cells; undefined for misplaced quotation marks. */
export function cellSplitter(separator: string): (record: string) => string[] | undefined {
  const end = `\\u${separator.charCodeAt(0).toString(16).padStart(4, "0")}`;
  const space = `[^\\S${end}]*`;
  const cell = new RegExp(`${space}(?:"([^"]*(?:""[^"]*)*)"${space}|([^"${end}]*))(${end}|$)`, "y");
  return (record) => {
    if (!record.includes('"')) return record.split(separator).map((text) => text.trim());
    const cells: string[] = [];
    cell.lastIndex = 0;
    for (;;) {
      const [, quoted, plain, separated] = cell.exec(record) ?? [];
      if (separated === undefined) return undefined;
      cells.push(quoted?.replaceAll('""', '"') ?? plain!.trim());
      if (separated === "") return cells;
    }
  };
}
