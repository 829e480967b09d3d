import { type ValueField, valueColumns } from "../../columns/outcome-columns.ts";
import { andList } from "./row-choices.ts";
import type { EvaluatedCells, Rows } from "./rows.ts";

interface Averaged {
  readonly row: EvaluatedCells;
  readonly number: number;
  readonly values: string[];
  readonly sums: Map<ValueField, number>;
}

export interface AveragedColumn {
  readonly column: string;
  readonly placeOf: (number: number) => string;
  /** Name of a rank or arm in messages. */
  readonly nameOf: (rank: number) => string;
}

/**
 * Averages rows for the same example in a run: repeats, such as epochs, are not independent. Over a column, each value
 * must occur once, or examples would weigh unequally.
 */
export class Averages implements Pick<Rows, "add" | "reject"> {
  readonly over: AveragedColumn | undefined;
  readonly #rows: Pick<Rows, "add" | "reject">;
  readonly #examples = new Map<string, Averaged>();

  constructor(rows: Pick<Rows, "add" | "reject">, over?: AveragedColumn) {
    this.#rows = rows;
    this.over = over;
  }

  reject(number: number, fault: string): void {
    this.#rows.reject(number, fault);
  }

  add({ averaged = "", ...row }: EvaluatedCells, number: number): void {
    const valued = valueColumns.filter(([field]) => row[field] !== undefined);
    const isWhole = row.correct !== undefined && valued.every(([field, { holds }]) => holds(row[field]));
    // Incomplete row: `rows` reports the fault.
    if (!isWhole && row.failure === undefined) return void this.#rows.add(row, number);
    const sums = new Map(valued.map(([field]) => [field, row[field] as number]));
    const key = JSON.stringify([row.rank, row.seed, String(row.example)]);
    const known = this.#examples.get(key);
    if (known === undefined || (row.failure !== undefined && known.row.failure === undefined)) {
      this.#examples.set(key, { row, number, values: [averaged], sums });
      return;
    }
    const fault = this.over && contradiction(row, averaged, known, this.over);
    if (fault !== undefined) return void this.reject(number, fault);
    known.values.push(averaged);
    for (const [field, sum] of known.sums) known.sums.set(field, sum + (sums.get(field) ?? 0));
  }

  finish(): readonly string[] {
    const examples = [...this.#examples.values()];
    const all = [...new Set(examples.flatMap(({ values }) => values))].sort();
    for (const { row, number, values, sums } of examples) {
      const lacking = this.over === undefined ? [] : all.filter((value) => !values.includes(value));
      const means = [...sums].map(([field, sum]) => [field, sum / values.length]);
      const rule = `must occur with each ${this.over?.column} to be averaged, lacks ${andList(lacking)}`;
      if (lacking.length > 0) this.reject(number, `${nameOf(row, this.over)} ${rule}`);
      else this.#rows.add({ ...row, ...Object.fromEntries(means) }, number);
    }
    return all;
  }
}

function contradiction(
  row: EvaluatedCells,
  averaged: string,
  { row: known, number, values }: Averaged,
  over: AveragedColumn,
): string | undefined {
  const { column, placeOf } = over;
  if (values.includes(averaged))
    return `${nameOf(row, over)} must occur once with ${column} ${averaged}, got it again after ${placeOf(number)}`;
  if (String(known.label) === String(row.label) && String(known.group) === String(row.group))
    return undefined;
  return `${nameOf(row, over)} must have the label and the group that it has in ${placeOf(number)}`;
}

function nameOf({ rank, seed, example }: EvaluatedCells, over: AveragedColumn | undefined): string {
  const name = over === undefined ? `rank ${rank}` : over.nameOf(rank as number);
  return `${name}, seed ${seed}, example ${JSON.stringify(String(example))}`;
}
