import { decideResults } from "@lorank/evidence";
import { parseResults } from "@lorank/evidence/parse";
import { type ArmAxis, armNumber, type Results, type TrialResult } from "@lorank/evidence/schema";
import type { PlanSummary, SweepPlan } from "../plan/plan.ts";

/** Execution settings in the results: threads and concurrency, which change times only. */
export interface Execution {
  readonly threadsPerTrial?: number;
  readonly trialsAtOnce: number;
}

export type DecidedTrials = Pick<
  Results,
  "trials" | "failures" | "truncations" | "otherRates" | "otherScaling" | "untouchedBase" | "decision"
>;

export function decideTrials(
  summary: PlanSummary,
  data: Results["data"],
  found: Omit<DecidedTrials, "decision">,
): DecidedTrials {
  return { ...found, decision: decideResults({ ...found, sweep: summary, data }) };
}

export function resultsDocument(
  summary: PlanSummary,
  subject: Pick<Results, "model" | "data">,
  { decision, ...found }: DecidedTrials,
  execution: Execution,
  { search, test }: Pick<Results, "test"> & Pick<Results["sweep"], "search"> = {},
): Results {
  return parseResults({
    schemaVersion: 2,
    sweep: { ...summary, ...execution, ...(search === undefined ? {} : { search }) },
    ...subject,
    decision,
    ...found,
    ...(test === undefined ? {} : { test }),
  } satisfies Results);
}

/**
 * Results document for a complete grid without a results folder; trials in any order.
 *
 * @throws Error where a planned trial has no result: ranks would be compared on different seeds.
 */
export function gridResults(
  { summary, specs, model, data }: SweepPlan,
  trials: readonly TrialResult[],
  execution: Execution,
): Results {
  if (trials.length !== specs.length)
    throw new Error(
      `${specs.length} trials must have a result before there is a verdict, got ${trials.length}`,
    );
  const decided = decideTrials(summary, data, { trials: trials.toSorted(byRankThenSeed(summary.axis)) });
  return resultsDocument(summary, { model, data }, decided, execution);
}

/** Order of trials by rank, or by arm, then seed. */
export function byRankThenSeed(axis?: ArmAxis): (a: TrialResult, b: TrialResult) => number {
  return (a, b) => armNumber(a.spec, axis) - armNumber(b.spec, axis) || a.spec.seed - b.spec.seed;
}

/**
 * Best completed trial, to publish: lowest validation log loss, or without log losses highest accuracy; on a tie the
 * smallest seed.
 */
export function bestTrial(trials: readonly TrialResult[]): TrialResult | undefined {
  return trials
    .filter(({ evaluation }) => evaluation !== undefined)
    .sort((a, b) => badness(a) - badness(b) || a.spec.seed - b.spec.seed)[0];
}

function badness({ evaluation }: TrialResult): number {
  return evaluation!.logLoss ?? 1 - evaluation!.accuracy;
}
