import { statSync } from "node:fs";
import { placesLike } from "@lorank/tables";
import { noGroups } from "@lorank/tables/names";
import { findColumns, namesOf } from "../columns/shapes.ts";
import { openLines, readLines } from "./files/read-lines.ts";
import { kindOfColumn } from "./rows/column-kinds.ts";
import { rowReader } from "./rows/read-rows.ts";
import { andList, averageFlag, valueIn, whereFlag } from "./rows/row-choices.ts";
import type { CellIn, Rows } from "./rows/rows.ts";

/** Longest cell that may be a setting, in characters: longer texts are questions and answers. */
const longestSetting = 60;

/**
 * Advice on two lines for the same example: differing columns, and the flags that choose. Undefined for a pipe.
 * `hasArms`: the rank is a setting like others.
 */
export async function differenceAdvice(
  path: string,
  lines: readonly [number, number],
  hasArms = false,
): Promise<string | undefined> {
  if (path === "-" || !statSync(path).isFile()) return undefined;
  const found: { readonly columns: readonly string[]; readonly cells: ReadonlyMap<string, string> }[] = [];
  const choose = (columns: readonly string[], cellIn: CellIn, line: number): undefined => {
    if (!lines.includes(line)) return;
    found.push({ columns, cells: new Map(columns.map((column) => [column, valueIn(cellIn(column))])) });
  };
  const rows: Rows = { source: path, required: [], choose, add() {}, reject() {} };
  const reader = rowReader(rows);
  let number = 0;
  for await (const { lines: texts } of readLines(openLines(path, process.stdin))) {
    for (const text of texts) reader.line(text, ++number);
    if (number >= lines[1]) break;
  }
  const [first, second] = found;
  if (first === undefined || second === undefined) return undefined;
  const places = findColumns("outcomes", first.columns, { source: path, groupColumn: noGroups });
  const own = Object.values(hasArms ? { ...places, rank: undefined } : places);
  const answers = placesLike(first.columns, ["answer", ...namesOf("answers", "answer")], ["case"]);
  const texts = [...own, ...answers].map((place) => first.columns[place ?? -1]);
  const differing = first.columns.filter((column) => {
    const values = [first.cells.get(column)!, second.cells.get(column) ?? ""];
    return (
      !texts.includes(column) &&
      values[0] !== values[1] &&
      values.every(({ length }) => length <= longestSetting)
    );
  });
  const settings = differing.filter((column) => kindOfColumn(column) === "setting");
  const others = differing.filter((column) => kindOfColumn(column) !== "measured");
  const named = (settings.length > 0 ? settings : others).slice(0, 4);
  if (named.length === 0) return undefined;
  const shown = named.map(
    (column) => `${column.trim()} (${first.cells.get(column)} and ${second.cells.get(column)})`,
  );
  const flags = named.map((column) => whereFlag(column, first.cells.get(column)!)).join(" ");
  return `Lines ${lines[0]} and ${lines[1]} differ in ${andList(shown)}. Choose by ${flags}, or take means by ${averageFlag(named[0]!)}.`;
}
