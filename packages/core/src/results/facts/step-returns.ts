import type { ReturnStep } from "../types.ts";
import { type Ranked, rankRows } from "./rank-rows.ts";

/** Tells whether the gain of a step to a larger rank is above 0 at the decision's confidence. */
export function hasPaid({ interval: [low] }: ReturnStep): boolean {
  return low > 0;
}

/**
 * Adds to a decision's steps the gain per additional second of a run, in the metric's unit. Less than a tenth more time
 * is noise of the machine, so nothing is divided by it. Empty without claims on returns.
 */
export function returnSteps(results: Ranked): readonly ReturnStep[] {
  const { steps = [] } = results.decision.returns ?? {};
  if (steps.length === 0) return [];
  const seconds = new Map(rankRows(results).map(({ rank, costs }) => [rank, costs?.secondsPerTrial]));
  return steps.map((step) => {
    const [before, after] = [seconds.get(step.from), seconds.get(step.to)];
    if (step.perSecond !== undefined || before === undefined || after === undefined) return step;
    return after < 1.1 * before ? step : { ...step, perSecond: step.gain / (after - before) };
  });
}
