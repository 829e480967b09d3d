import type { OutcomeCells } from "../../decide/outcome-rows.ts";
import type { OutcomeGatherer } from "../../decide/outcomes-from-rows.ts";
import { isShare } from "./json-values.ts";
import { andList } from "./row-choices.ts";
import type { EvaluatedCells } from "./rows.ts";

/** Rows of one example of a run, one for each value of the column that is averaged over. */
interface Averaged {
  readonly row: OutcomeCells;
  readonly number: number;
  readonly values: string[];
  correct: number;
  logLoss: number;
}

/**
 * Gathers rows whose outcomes are averaged over the values of a column: an example of a run has a row for each. Rows of other
 * examples would weigh more than one each, so a lacking value is a fault.
 */
export class AveragedOutcomes implements Pick<OutcomeGatherer, "add" | "reject"> {
  readonly column: string;
  readonly #gatherer: OutcomeGatherer;
  readonly #placeOf: (number: number) => string;
  readonly #examples = new Map<string, Averaged>();
  readonly #values = new Set<string>();

  constructor(column: string, gatherer: OutcomeGatherer, placeOf: (number: number) => string) {
    this.column = column;
    this.#gatherer = gatherer;
    this.#placeOf = placeOf;
  }

  reject(number: number, fault: string): void {
    this.#gatherer.reject(number, fault);
  }

  add({ averaged = "", ...row }: EvaluatedCells, number: number): void {
    const { correct, logLoss = 0 } = row;
    if (!isShare(correct) || typeof logLoss !== "number") {
      // The gatherer says what is wrong with it.
      this.#gatherer.add(row, number);
      return;
    }
    const fault = this.#take(row, { averaged, correct, logLoss, number });
    if (fault !== undefined) this.reject(number, fault);
  }

  /** Adds a row to its example, or describes how it contradicts an earlier one. */
  #take(
    row: OutcomeCells,
    {
      averaged,
      correct,
      logLoss,
      number,
    }: { averaged: string; correct: number; logLoss: number; number: number },
  ): string | undefined {
    this.#values.add(averaged);
    const key = JSON.stringify([row.rank, row.seed, String(row.example)]);
    const known = this.#examples.get(key);
    if (known === undefined) {
      this.#examples.set(key, { row, number, values: [averaged], correct, logLoss });
      return undefined;
    }
    const first = this.#placeOf(known.number);
    if (known.values.includes(averaged))
      return `${nameOf(row)} must occur once with ${this.column} ${averaged}, got it again after ${first}`;
    const { label, group } = known.row;
    if (String(label) !== String(row.label) || String(group) !== String(row.group))
      return `${nameOf(row)} must have the label and the group that it has in ${first}`;
    known.values.push(averaged);
    known.correct += correct;
    known.logLoss += logLoss;
    return undefined;
  }

  /** Passes the means on, and returns the values that they are over. */
  finish(): readonly string[] {
    const all = [...this.#values].sort();
    for (const { row, number, values, correct, logLoss } of this.#examples.values()) {
      const lacking = all.filter((value) => !values.includes(value));
      if (lacking.length > 0)
        this.reject(
          number,
          `${nameOf(row)} must occur with each ${this.column} to be averaged, lacks ${andList(lacking)}`,
        );
      else {
        const loss = row.logLoss === undefined ? {} : { logLoss: logLoss / all.length };
        this.#gatherer.add({ ...row, correct: correct / all.length, ...loss }, number);
      }
    }
    return all;
  }
}

function nameOf({ rank, seed, example }: OutcomeCells): string {
  return `rank ${rank}, seed ${seed}, example ${JSON.stringify(String(example))}`;
}
