import { isShare } from "./json-values.ts";
import type { EvaluatedCells, Rows } from "./rows.ts";

interface Repeated {
  readonly row: EvaluatedCells;
  readonly number: number;
  sum: number;
  count: number;
}

/**
 * Gathers rows in which an example may occur several times, as in epochs. Such repeats are not independent, so their mean is
 * the outcome of the example. If one of them failed, the example has none.
 */
export class Means {
  readonly #examples = new Map<string, Repeated>();

  /** `correct` of the row must be a share, unless the row failed. */
  add(row: EvaluatedCells, number: number): void {
    const key = JSON.stringify([row.rank, row.seed, row.example]);
    const known = this.#examples.get(key);
    const correct = isShare(row.correct) ? row.correct : 0;
    if (known === undefined) this.#examples.set(key, { row, number, sum: correct, count: 1 });
    else if (known.row.failure === undefined && row.failure !== undefined)
      this.#examples.set(key, { row, number, sum: 0, count: 1 });
    else {
      known.sum += correct;
      known.count++;
    }
  }

  /** Passes the mean of each example on. */
  giveTo(rows: Rows): void {
    for (const { row, number, sum, count } of this.#examples.values())
      rows.add({ ...row, correct: sum / count }, number);
  }
}
