import { InputError } from "@lorank/core";
import type { OfValues } from "../columns/outcome-columns.ts";
import { OutcomeGatherer } from "../decide/outcomes-from-rows.ts";
import type { MetricName } from "../schema/metric.ts";
import { plain } from "./plain.ts";
import { type RunOfRows, rowsFor } from "./rows/rows.ts";

/** Outcomes of a run, in file order. */
export interface RunOutcomes extends OfValues<ArrayLike<number>> {
  readonly examples: readonly string[];
  /** Line number by example, from 1. */
  readonly lines: ArrayLike<number>;
  /** True class by example, if known. */
  readonly labels?: readonly string[];
  /** Group by example, if known. */
  readonly groups?: readonly string[];
}

/** Reads a single run, whose rows need no rank and seed, with the columns of `metric`. Throws as `readOutcomes`. */
export async function readRun(path: string, run: RunOfRows, metric?: MetricName): Promise<RunOutcomes> {
  const gatherer = new OutcomeGatherer({ source: path, unit: "line", metric });
  await plain.read(path, rowsFor(gatherer, path, run), { stdin: process.stdin, choices: {} });
  const [cell] = gatherer.table().cells;
  if (cell === undefined)
    throw new InputError("E_OUTCOMES", `${path} must have a row for each evaluation example, got no row`);
  const { rank, seed, groups, ...values } = cell;
  return { ...gatherer.examplesOf(run), ...values };
}
