import { InputError, printable } from "@lorank/core";
import type { ArmAxis } from "../../schema/arm-types.ts";
import { emptyValue, namedColumn, type RowArms, type TakenColumns, valueIn } from "./row-choices.ts";
import type { CellIn } from "./rows.ts";

/** Columns by which a table's rows are compared, in place of the rank. */
export interface ArmChoices {
  /** Columns whose values name an arm: `model`. Several are compared in all combinations that occur. */
  readonly by?: readonly string[] | undefined;
  /** Column with the cost of an arm. Default: no arm is cheaper than another. */
  readonly cost?: string | undefined;
}

/** Arms as they are read: numbers from 1 in order of appearance, and costs. */
export class ArmsRead implements RowArms {
  readonly #by: readonly string[];
  readonly #cost: string | undefined;
  readonly #names: string[] = [];
  readonly #numbers = new Map<string, number>();
  /** Sum and count of costs, by arm; absent for an arm without any. */
  readonly #costs = new Map<number, { readonly sum: number; readonly rows: number }>();

  /** Arms by a table's columns, or without any by a path's `{arm}`. @throws InputError `E_CONFIG` for a cost alone. */
  constructor({ by = [], cost }: ArmChoices) {
    if (by.length === 0 && cost !== undefined)
      throw new InputError(
        "E_CONFIG",
        `--cost must go with --by, which names the columns of a table, got ${cost}`,
      );
    this.#by = by;
    this.#cost = cost;
  }

  get names(): readonly string[] {
    return this.#names;
  }

  get isOfTable(): boolean {
    return this.#by.length > 0;
  }

  numberOf(read: string): number {
    const known = this.#numbers.get(read);
    if (known !== undefined) return known;
    // Control characters of a file cannot steer a terminal.
    const name = printable(read.replaceAll(/\s+/g, " "));
    const number = this.#numbers.get(name) ?? this.#names.push(name);
    this.#numbers.set(name, number);
    this.#numbers.set(read, number);
    return number;
  }

  /**
   * Makes a function that reads a row's arm, by number, and adds its cost. Undefined if a path names the arm.
   *
   * @throws InputError `E_COLUMN` for unknown columns and those of seeds, examples and scores. The function throws
   * `E_OUTCOMES` for a cost that is none.
   */
  rowReader(
    columns: readonly string[],
    source: string,
    taken: TakenColumns,
  ): ((cellIn: CellIn) => number) | undefined {
    if (this.#by.length === 0) return undefined;
    const by = this.#by.map((name) => freeColumn("--by", name, columns, source, taken));
    const cost = this.#cost && freeColumn("--cost", this.#cost, columns, source, taken);
    const twice = by.find((column, i) => by.indexOf(column) < i);
    if (twice !== undefined)
      throw new InputError("E_COLUMN", `--by must name each column once, got ${twice} twice`);
    return (cellIn) => {
      const arm = this.numberOf(by.map((column) => nameIn(cellIn(column))).join(", "));
      if (cost !== undefined) this.#addCost(arm, cellIn(cost), source);
      return arm;
    };
  }

  /** Columns that name arms and their cost, as they are written in a table. */
  ownColumns(columns: readonly string[], source: string): string[] {
    const cost = this.#cost === undefined ? [] : [namedColumn("--cost", this.#cost, columns, source)];
    return [...this.#by.map((name) => namedColumn("--by", name, columns, source)), ...cost];
  }

  /** @throws InputError `E_OUTCOMES` for an arm without a cost, if others have one. */
  axis(): ArmAxis {
    const by = this.#by.length === 0 ? "arm" : this.#by.join(", ");
    return {
      ...{ by, names: this.names },
      ...(this.#cost === undefined ? {} : { cost: { of: this.#cost, values: this.names.map(this.#costOf) } }),
    };
  }

  readonly #costOf = (name: string, index: number): number => {
    const found = this.#costs.get(index + 1);
    if (found !== undefined) return found.sum / found.rows;
    throw new InputError(
      "E_OUTCOMES",
      `--cost ${this.#cost} must be known for each arm, got none for ${name}`,
    );
  };

  #addCost(arm: number, cell: unknown, source: string): void {
    const text = valueIn(cell);
    if (text === emptyValue || /^(nan|null|none|-)$/i.test(text)) return;
    // Three digits behind a comma may be thousands: 1,200.
    const value = Number(/^\d+,(?!\d{3}$)\d+$/.test(text) ? text.replace(",", ".") : text);
    if (!(Number.isFinite(value) && value >= 0)) {
      const rule = `must be a number of at least 0, or empty, in each row of ${source}`;
      throw new InputError("E_OUTCOMES", `${this.#cost} ${rule}, got ${text} for ${this.names[arm - 1]}`);
    }
    const { sum, rows } = this.#costs.get(arm) ?? { sum: 0, rows: 0 };
    this.#costs.set(arm, { sum: sum + value, rows: rows + 1 });
  }
}

/** Name in a cell. A number with further zeros stays as written: versions 1.1 and 1.10 are two. */
function nameIn(cell: unknown): string {
  const text = typeof cell === "string" ? cell.trim() : "";
  return /^(0\d+|\d+\.\d*[1-9]0+)$/.test(text) ? text : valueIn(cell);
}

/** Column for `--by` or `--cost`. @throws InputError `E_COLUMN` for an unknown column, and for one with another use. */
function freeColumn(
  flag: string,
  name: string,
  columns: readonly string[],
  source: string,
  taken: TakenColumns,
): string {
  const column = namedColumn(flag, name, columns, source);
  const use = taken.get(column);
  if (use === undefined) return column;
  const rule = flag === "--by" ? "must name what is compared" : "must name what an arm costs";
  throw new InputError("E_COLUMN", `${flag} ${rule}, got ${column.trim()}, which holds each row's ${use}`);
}

/**
 * Arms that choices or paths name; undefined if ranks are compared.
 *
 * @throws InputError `E_CONFIG` for a path with `{arm}` beside `{rank}` or columns.
 */
export function armsOf(paths: readonly string[], choices: ArmChoices): ArmsRead | undefined {
  const { by = [], cost } = choices;
  const path = paths.find((one) => one.includes("{arm}"));
  if (path === undefined && by.length === 0 && cost === undefined) return undefined;
  if (path !== undefined && (by.length > 0 || path.includes("{rank}"))) {
    const other = by.length > 0 ? `--by ${by.join(" --by ")}` : "{rank}";
    throw new InputError("E_CONFIG", `{arm} must stand alone, got it beside ${other}`);
  }
  return new ArmsRead(choices);
}
