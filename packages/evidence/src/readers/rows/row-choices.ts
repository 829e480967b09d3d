import { InputError, listInWords } from "@lorank/core";
import { placesLike } from "@lorank/tables";
import type { ChosenRows } from "../../schema/types.ts";
import type { Rows } from "./rows.ts";

/** Choice of rows of a table whose rows differ in more than rank and seed. */
export interface RowChoices {
  /** `column=value`: rows with another value are passed over. Of one column several mean any of them. */
  readonly where?: readonly string[] | undefined;
  /** Column over whose values scores, or outcomes of an example, are averaged within rank and seed. */
  readonly averageOver?: string | undefined;
}

/** Names that choose among several outcomes of an example, or several files of a run. */
export interface OutcomeChoices {
  /** A filter of lm-evaluation-harness. */
  readonly filter?: string | undefined;
  /** A metric of lm-evaluation-harness or lighteval, a scorer of Inspect, or a named score of promptfoo. */
  readonly score?: string | undefined;
  /** A task, where a run has a file for each of several. */
  readonly task?: string | undefined;
  /** The column of groups, or the field of an evaluator's documents. `none`: no groups. (default: a column named `group`) */
  readonly groupColumn?: string | undefined;
}

/** Joins names with commas and a last `and`; beyond `most` of them, the count of the others stands at the end. */
export function andList(names: readonly string[], most = 6): string {
  const shown =
    names.length > most ? [...names.slice(0, most - 1), `${names.length - most + 1} more`] : names;
  return listInWords(shown);
}

/** Text of a cell as a value of its column: 1e-4 and 0.0001 are one value, and a list has commas. Empty: `(empty)`. */
export function valueIn(cell: unknown): string {
  if (Array.isArray(cell)) return cell.map(valueIn).join(",");
  const text = typeof cell === "object" && cell !== null ? JSON.stringify(cell) : String(cell ?? "").trim();
  // A list as trackers export it: ["q_proj", "v_proj"].
  if (/^\[[^[\]{}]*\]$/.test(text)) return text.slice(1, -1).replaceAll(/["'\s]/g, "");
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return String(Number(text));
  return text === "" ? emptyValue : text;
}

export const emptyValue = "(empty)";

/** Writes the flag that chooses a value, with the quotes that a shell needs. */
export function whereFlag(column: string, value: string): string {
  const written = `${column.trim()}=${value === emptyValue ? "" : value}`;
  return `--where ${shellQuoted(written)}`;
}

/** Writes the flag that averages over a column. */
export function averageFlag(column: string): string {
  return `--average-over ${shellQuoted(column.trim())}`;
}

function shellQuoted(text: string): string {
  if (/^[\w=./,:+-]+$/.test(text)) return text;
  return text.includes("'") ? `"${text}"` : `'${text}'`;
}

/**
 * Finds the column that a flag names: in the very case, or in any, or by the end of its name.
 *
 * @throws InputError `E_COLUMN` for a name of no column or of several.
 */
export function namedColumn(flag: string, name: string, columns: readonly string[], source: string): string {
  const found = placesLike(columns, [name], ["written", "case", "end"]).map((place) => columns[place]!);
  if (found.length === 1) return found[0]!;
  const isNone = found.length === 0;
  const listed = andList(isNone ? columns.map((column) => column.trim()) : found, 12);
  const got = isNone ? name : `${name}, which could be ${listed}`;
  const rule = isNone
    ? `must name a column of ${source}, one of ${listed || "none"}`
    : "must name one column";
  throw new InputError("E_COLUMN", `${flag} ${rule}, got ${got}`);
}

interface Condition {
  readonly column: string;
  readonly values: readonly string[];
  /** Values of the column in all rows, as they come. */
  readonly seen: Set<string>;
}

/** More distinct values are no setting, and are counted only so far. */
const mostSeen = 1000;

/** The rows that have the values which a person chose. */
export class RowFilter {
  readonly #source: string;
  readonly #conditions: readonly Condition[];

  /** @throws InputError `E_CONFIG` for a choice without `=`; `E_COLUMN` as `namedColumn`. */
  constructor({ where = [] }: RowChoices, columns: readonly string[], source: string) {
    this.#source = source;
    const chosen = new Map<string, string[]>();
    for (const text of where) {
      const at = text.indexOf("=");
      if (at < 1) throw new InputError("E_CONFIG", `--where must be column=value, got ${text}`);
      const column = namedColumn("--where", text.slice(0, at), columns, source);
      chosen.set(column, [...(chosen.get(column) ?? []), valueIn(text.slice(at + 1))]);
    }
    this.#conditions = [...chosen].map(([column, values]) => ({ column, values, seen: new Set() }));
  }

  /** Tells whether a row has the chosen values. */
  keeps(at: (column: string) => unknown): boolean {
    const holds = this.#conditions.map(({ column, values, seen }) => {
      const value = valueIn(at(column));
      if (seen.size < mostSeen) seen.add(value);
      return values.includes(value);
    });
    return !holds.includes(false);
  }

  /** The choice, for the verdict; after all rows. Throws InputError `E_COLUMN` for a value that no row has. */
  chosen(): Pick<ChosenRows, "where"> {
    for (const { column, values, seen } of this.#conditions) {
      const unknown = values.find((value) => !seen.has(value));
      if (unknown === undefined || seen.size === mostSeen) continue;
      const rule = `must be a value of ${column.trim()} in ${this.#source}, one of ${andList([...seen], 12) || "none"}`;
      throw new InputError("E_COLUMN", `--where ${rule}, got ${unknown}`);
    }
    const where = this.#conditions.map(({ column, values }) => ({ column: column.trim(), values }));
    return where.length === 0 ? {} : { where };
  }
}

/** Choice among the rows of one table, whose columns are known from its first row. */
export class RowChooser {
  /** Absent where all rows are read, each by itself. */
  readonly choose: Rows["choose"];
  #filter: RowFilter | undefined;

  constructor(choices: RowChoices, source: string) {
    const { where = [], averageOver } = choices;
    if (where.length === 0 && averageOver === undefined) return;
    let column: string | undefined;
    this.choose = (columns, cellIn) => {
      if (this.#filter === undefined) {
        this.#filter = new RowFilter(choices, columns, source);
        column = averageOver && namedColumn("--average-over", averageOver, columns, source);
      }
      if (!this.#filter.keeps(cellIn)) return undefined;
      return column === undefined ? {} : { averaged: valueIn(cellIn(column)) };
    };
  }

  /** Returns and throws as `RowFilter.chosen`. */
  chosen(): Pick<ChosenRows, "where"> {
    return this.#filter?.chosen() ?? {};
  }
}

/** Throws InputError `E_CONFIG` for a choice among rows where there is no table. */
export function assertOfTable({ where = [], averageOver }: RowChoices, path: string): void {
  const flag = where.length > 0 ? "--where" : averageOver === undefined ? undefined : "--average-over";
  if (flag === undefined) return;
  throw new InputError(
    "E_CONFIG",
    `${flag} must be of a table with a row for each run or example, got ${path}`,
  );
}
