import type { Results, ReturnStep, Returns } from "@lorank/core/results";
import { plural, significant } from "../format.ts";
import { decisionMetric, type Scored } from "../metric.ts";
import { percent } from "../words.ts";
import { rankRows } from "./rank-rows.ts";

/** Where a larger rank stopped paying, as one or two sentences. Undefined where the design supports no claim. */
export function returnsInWords(results: Scored): string | undefined {
  const { returns, confidence, verdict } = results.decision;
  if (!returns || returns.steps.length === 0) return undefined;
  const metric = decisionMetric(results);
  const [first, last] = [returns.steps[0]!, returns.steps.at(-1)!];
  // With wide intervals a curve may rise unseen.
  const flat = verdict === "inconclusive" ? "Flat as far as these runs can tell" : "Flat";
  if (returns.curve === "flat")
    return `${flat}: no step to a larger rank between ${first.from} and ${last.to} has a gain that is supported at ${percent(confidence)} confidence.`;
  const step = lastThatPaid(returns);
  const gain = `${metric.difference(step.gain)} [${metric.differenceInterval(step.interval)}] ${metric.unit}`;
  const doubling = step.from > 0 && step.to === 2 * step.from ? "doubling" : "step";
  return `The last ${doubling} that paid leads from rank ${step.from} to rank ${step.to}: a gain of ${gain}.${
    step === last ? " It is the last one tried, so the next may pay too." : ""
  }`;
}

/** The last step whose gain is supported. */
function lastThatPaid(returns: Extract<Returns, { curve: "rising-until" }>): ReturnStep {
  return returns.steps.find(({ to }) => to === returns.rank)!;
}

/** True when the gain is above 0 at the decision's confidence. */
export function hasPaid({ interval: [low] }: ReturnStep): boolean {
  return low > 0;
}

/**
 * A step's gain divided by what one run of the larger rank takes longer.
 * Less than a tenth more time is noise of the machine, and nothing is divided by it.
 */
export function gainPerSecond(results: Results, step: ReturnStep): number | undefined {
  if (step.perSecond !== undefined) return step.perSecond;
  const secondsOf = (rank: number) => rankRows(results).find((row) => row.rank === rank)?.cost?.seconds;
  const [before, after] = [secondsOf(step.from), secondsOf(step.to)];
  if (before === undefined || after === undefined || after < 1.1 * before) return undefined;
  return step.gain / (after - before);
}

/** A rate with its sign and three digits, in points where the metric is accuracy. */
export function rateInWords(rate: number, isAccuracy: boolean): string {
  const shown = isAccuracy ? 100 * rate : rate;
  return shown > 0 ? `+${significant(shown)}` : significant(shown);
}

/** What choosing the best of the compared ranks adds to how good it looks. Undefined with fewer than two ranks. */
export function selectionInWords(results: Scored): string | undefined {
  const { selection, bestRank } = results.decision;
  if (!selection || bestRank === null) return undefined;
  const metric = decisionMetric(results);
  const digits = significant((metric.name === "accuracy" ? 100 : 1) * selection.expectedInflation);
  return `If these ${plural(selection.ranks, "rank")} were truly equal, the best of them would still look ${digits} ${metric.unit} better than it is, for having been chosen by the same examples. Up to about so much may flatter rank ${bestRank}; a score on examples that had no part in the choice is free of it.`;
}
