import { decideResults } from "@lorank/evidence";
import { parseResults } from "@lorank/evidence/parse";
import type { Results, TrialResult } from "@lorank/evidence/results";
import type { PlanSummary, SweepPlan } from "../plan/plan.ts";

/** Execution of a sweep. It changes times, not results. */
export interface Execution {
  /** Absent where another trainer decides. */
  readonly threadsPerTrial?: number;
  readonly trialsAtOnce: number;
}

/** The trials of a method, in order, and the decision on them. */
export type DecidedTrials = Pick<
  Results,
  "trials" | "failures" | "truncations" | "otherRates" | "otherScaling" | "untouchedBase" | "decision"
>;

/** Decides on trials and truncations. */
export function decideTrials(
  summary: PlanSummary,
  data: Results["data"],
  found: Omit<DecidedTrials, "decision">,
): DecidedTrials {
  return { ...found, decision: decideResults({ ...found, sweep: summary, data }) };
}

/** `results.json`, checked against its schema. */
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
 * The results of a grid that is complete, in any order, with the decision on them: `results.json` of a sweep without a
 * results folder.
 *
 * @throws Error where a trial of the plan has no result: a verdict would compare ranks on different seeds.
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
  const decided = decideTrials(summary, data, { trials: trials.toSorted(byRankThenSeed) });
  return resultsDocument(summary, { model, data }, decided, execution);
}

export function byRankThenSeed(a: TrialResult, b: TrialResult): number {
  return a.spec.lora.rank - b.spec.lora.rank || a.spec.seed - b.spec.seed;
}

/**
 * The trial of a rank whose adapter is handed out: the lowest log loss on the validation examples, of equals the
 * smallest seed. Undefined where none completed.
 */
export function bestTrial(trials: readonly TrialResult[]): TrialResult | undefined {
  return trials
    .filter(({ evaluation }) => evaluation !== undefined)
    .sort((a, b) => badness(a) - badness(b) || a.spec.seed - b.spec.seed)[0];
}

/** Log loss, or where another trainer does not say it, the share of wrong answers. */
function badness({ evaluation }: TrialResult): number {
  return evaluation!.logLoss ?? 1 - evaluation!.accuracy;
}
