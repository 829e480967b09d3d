import { existsSync } from "node:fs";
import { decide, outcomesFromTrials, type PackChoice, type Results, type TrialResult } from "@lorank/core";
import { canonicalJson, parseResults } from "@lorank/core/results";
import type { SweepPlan } from "./plan.ts";
import { writeIfDifferent } from "./publish-adapter.ts";
import { readJson, type SweepStore } from "./store.ts";
import { trialId } from "./trial-id.ts";

/** How a sweep was executed. It changes times, not results. */
export interface Execution {
  readonly threadsPerTrial: number;
  readonly trialsAtOnce: number;
  /** What `pack: "auto"` measured. */
  readonly packChoice?: PackChoice;
}

/**
 * Puts the results of all trials, by rank and then seed, with the decision into `results.json`. Call it when every trial
 * has a result: a verdict on a part of the grid would compare ranks on different seeds.
 */
export function collectResults(store: SweepStore, plan: SweepPlan, execution: Execution): Results {
  const trials = plan.specs.map((spec) => store.readResult(trialId(spec))).sort(byRankThenSeed);
  const { metric, margin, confidence } = plan.summary;
  const results = parseResults({
    schemaVersion: 1,
    sweep: { ...plan.summary, ...execution },
    model: plan.model,
    data: plan.data,
    decision: decide(outcomesFromTrials(trials), { metric, margin, confidence }),
    trials,
  } satisfies Results);
  writeIfDifferent(store.path("results.json"), `${canonicalJson(results)}\n`);
  return results;
}

/** What an earlier `results.json` says of its execution. */
export function earlierExecution(store: SweepStore): Execution | undefined {
  const path = store.path("results.json");
  if (!existsSync(path)) return undefined;
  const { threadsPerTrial, trialsAtOnce, packChoice } = parseResults(readJson(path)).sweep;
  return { threadsPerTrial, trialsAtOnce, ...(packChoice ? { packChoice } : {}) };
}

function byRankThenSeed(a: TrialResult, b: TrialResult): number {
  return a.spec.lora.rank - b.spec.lora.rank || a.spec.seed - b.spec.seed;
}
