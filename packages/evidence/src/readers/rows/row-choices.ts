import { InputError, listInWords } from "@lorank/core";
import { placesLike } from "@lorank/tables";
import type { ChosenRows, SecondaryOutcome } from "../../schema/types.ts";
import type { CellIn } from "./rows.ts";

/** Columns that name no arm and no cost, with what a row holds there: its seed, example or score. */
export type TakenColumns = ReadonlyMap<string, string>;

/** Arms of rows, by number in order of appearance. */
export interface RowArms {
  readonly names: readonly string[];
  /** True if a table's columns name the arms, false for paths. */
  readonly isOfTable: boolean;
  /** Makes a function that gives a row's arm; undefined if a path names the arm. */
  rowReader(
    columns: readonly string[],
    source: string,
    taken: TakenColumns,
  ): ((cellIn: CellIn) => number) | undefined;
  /** Columns that name the arms and their cost. */
  ownColumns(columns: readonly string[], source: string): readonly string[];
}

/** Filters and averaging of rows, if they differ in more than rank and seed. */
export interface RowChoices {
  /** `column=value`: rows with other values are skipped; several values for a column mean any of them. */
  readonly where?: readonly string[] | undefined;
  /** Column averaged over, within rank and seed. */
  readonly averageOver?: string | undefined;
  /** Suite of tasks, whose mean decides and which are shown one by one. Default: none. */
  readonly suite?: readonly string[] | undefined;
  /** Outcomes in columns of their own, beside the deciding metric. */
  readonly secondary?: readonly SecondaryOutcome[] | undefined;
}

export interface ArmsOfRows {
  /** Arms to which rows belong. Default: rows belong to ranks. */
  readonly arms?: RowArms | undefined;
}

/** Choices among several outcomes for an example, or several files for a run. */
export interface OutcomeChoices {
  /** lm-evaluation-harness filter. */
  readonly filter?: string | undefined;
  /** lm-evaluation-harness or lighteval metric, Inspect scorer, or named promptfoo score. */
  readonly score?: string | undefined;
  readonly task?: string | undefined;
  /** Group column, or field in an evaluator's documents. `none`: no groups. Default: `group`, if present. */
  readonly groupColumn?: string | undefined;
}

/** Joins names with commas and a last `and`; beyond `most`, counts the others. */
export function andList(names: readonly string[], most = 6): string {
  const shown =
    names.length > most ? [...names.slice(0, most - 1), `${names.length - most + 1} more`] : names;
  return listInWords(shown);
}

/** Cell text as a column's value: 1e-4 and 0.0001 are equal, lists have commas. Empty: `(empty)`. */
export function valueIn(cell: unknown): string {
  if (Array.isArray(cell)) return cell.map(valueIn).join(",");
  const text = typeof cell === "object" && cell !== null ? JSON.stringify(cell) : String(cell ?? "").trim();
  // List as trackers export it: ["q_proj", "v_proj"].
  if (/^\[[^[\]{}]*\]$/.test(text)) return text.slice(1, -1).replaceAll(/["'\s]/g, "");
  // Long integers and 12e4567 name something, such as a commit: as numbers they would be rounded.
  if (/^[+-]?(?!\d{16})(\d+\.?\d*|\.\d+)(e[+-]?\d{1,2})?$/i.test(text)) return String(Number(text));
  return text === "" ? emptyValue : text;
}

export const emptyValue = "(empty)";

/** Flag for a chosen value, quoted for a shell. */
export function whereFlag(column: string, value: string): string {
  const written = `${column.trim()}=${value === emptyValue ? "" : value}`;
  return `--where ${shellQuoted(written)}`;
}

export function averageFlag(column: string): string {
  return `--average-over ${shellQuoted(column.trim())}`;
}

export function shellQuoted(text: string): string {
  if (/^[\w=./,:+-]+$/.test(text)) return text;
  return text.includes("'") ? `"${text}"` : `'${text}'`;
}

/**
 * Finds a flag's column: by exact case, any case, or name ending.
 *
 * @throws InputError `E_COLUMN` for a name that fits no column or several.
 */
export function namedColumn(flag: string, name: string, columns: readonly string[], source: string): string {
  const found = placesLike(columns, [name], ["written", "case", "end"]).map((place) => columns[place]!);
  if (found.length === 1) return found[0]!;
  if (columns.length === 0)
    throw new InputError(
      "E_OUTCOMES",
      `${source} must have a row, with the column ${name} of ${flag}, got none`,
    );
  const isNone = found.length === 0;
  const listed = andList(isNone ? columns.map((column) => column.trim()) : found, 12);
  const got = isNone ? name : `${name}, which could be ${listed}`;
  const rule = isNone
    ? `must name a column of ${source}, one of ${listed || "none"}`
    : "must name one column";
  throw new InputError("E_COLUMN", `${flag} ${rule}, got ${got}`);
}

interface ColumnValues {
  readonly column: string;
  readonly values: readonly string[];
  readonly seen: Set<string>;
}

/** Most distinct values remembered for messages: a column with more is no setting. */
const mostSeen = 1000;

export class RowFilter {
  readonly #source: string;
  readonly #columnValues: readonly ColumnValues[];

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
    this.#columnValues = [...chosen].map(([column, values]) => ({ column, values, seen: new Set() }));
  }

  keeps(at: (column: string) => unknown): boolean {
    const holds = this.#columnValues.map(({ column, values, seen }) => {
      const value = valueIn(at(column));
      if (seen.size < mostSeen) seen.add(value);
      return values.includes(value);
    });
    return !holds.includes(false);
  }

  /** Filters as the verdict states them, after all rows. @throws InputError `E_COLUMN` for a value that no row has. */
  chosen(): Pick<ChosenRows, "where"> {
    for (const { column, values, seen } of this.#columnValues) {
      const unknown = values.find((value) => !seen.has(value));
      if (unknown === undefined || seen.size === mostSeen) continue;
      const rule = `must be a value of ${column.trim()} in ${this.#source}, one of ${andList([...seen], 12) || "none"}`;
      throw new InputError("E_COLUMN", `--where ${rule}, got ${unknown}`);
    }
    const where = this.#columnValues.map(({ column, values }) => ({ column: column.trim(), values }));
    return where.length === 0 ? {} : { where };
  }
}

/** Use of the column averaged over, so that it names no arm. */
export function averagedUse(column: string | undefined): [string, string][] {
  return column === undefined ? [] : [[column, "value averaged over"]];
}

/** Refuses choices that need the rows of a table. `by`: true if columns name arms. @throws InputError `E_CONFIG`. */
export function assertOfTable(
  {
    where = [],
    averageOver,
    suite,
    by,
    cost,
  }: RowChoices & { readonly by?: boolean; readonly cost?: string | undefined },
  got: string,
): void {
  const choices = {
    "--where": where.length > 0,
    "--average-over": averageOver !== undefined,
    "--suite": suite !== undefined,
    "--by": by,
    "--cost": cost !== undefined,
  };
  const [flag] = Object.entries(choices).find(([, isMade]) => isMade) ?? [];
  if (flag === undefined) return;
  throw new InputError(
    "E_CONFIG",
    `${flag} must be of a table with a row for each run or example, got ${got}`,
  );
}
