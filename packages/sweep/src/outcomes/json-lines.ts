import { outcomeCells } from "./cells.ts";
import { assertColumns, type Columns, findColumns } from "./columns.ts";
import type { LineReader } from "./read-lines.ts";
import type { Rows } from "./rows.ts";

/** Reads a JSON object a line. The first one must have all that is needed, which {@link assertColumns} says. */
export function jsonLines(rows: Rows): LineReader {
  let names: readonly string[] | undefined;
  let columns: Columns = {};
  const line = (text: string, number: number): void => {
    if (text.trim() === "") return;
    const row = objectIn(text);
    if (row === undefined) {
      const got = text.length > 60 ? `${text.slice(0, 60)}…` : text;
      rows.reject(number, `must be a JSON object, got ${got}`);
      return;
    }
    const keys = Object.keys(row);
    if (names === undefined || keys.length !== names.length || keys.some((key, i) => key !== names![i])) {
      const source = `${rows.source}, line ${number}`;
      columns = findColumns(keys, source);
      if (names === undefined) assertColumns(columns, keys, { ...rows, source });
      names = keys;
    }
    rows.add(
      outcomeCells(columns, (place) => row[keys[place]!], false),
      number,
    );
  };
  return { line, end: () => {} };
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
