import { mayEndEarly, type TrialResult, type TrialSpec } from "@lorank/core/results";
import { expectedTrials, type MeasuredTime, extraTrials, secondsAt } from "@lorank/sweep";
import type { MemoryPrediction } from "@lorank/train";
import { trialId } from "@lorank/train/spec";
import type { ReadySweep } from "../sweep/ready-sweep.ts";
import type { RankCost } from "../sweep/trials.ts";
import { measuredTimes, type SweepTime, sweepTime, timesOf } from "./time.ts";

/** Costs of one trial of a rank; undefined members are not known. */
export interface RankPlan {
  readonly rank: number;
  /** Seconds, where some were measured. */
  readonly seconds: number | undefined;
  /** Memory of its process on the CPU. */
  readonly memory: MemoryPrediction | undefined;
  readonly sizes: RankCost | undefined;
}

export interface SweepCosts {
  /** Trials of the grid. */
  readonly trials: number;
  /** That will have been run in the end, a robustness check's included; of a race at most. */
  readonly expectedTrials: number;
  readonly atMost: boolean;
  /** Trials that have a result already. */
  readonly done: number;
  readonly ranks: readonly RankPlan[];
  /** Where seconds come from. */
  readonly timeSource: "measured" | "results" | undefined;
  /** Until the sweep is done; undefined where nothing was measured. */
  readonly time: SweepTime | undefined;
  /** Processes side by side. */
  readonly atOnce: number;
  /** Peak memory of `atOnce` processes of the largest rank, where it is predicted. */
  readonly peakBytes: number | undefined;
}

/** Works out what a sweep will cost, from the sizes of its trials and from times that were measured, if any. */
export async function sweepCosts(
  { plan, run, sizes, predictMemory }: ReadySweep,
  trials: readonly TrialResult[],
  measured: readonly MeasuredTime[] | undefined,
): Promise<SweepCosts> {
  const known = measured ? measuredTimes(measured) : timesOf(plan.specs[0]!, trials);
  const memory = await predictMemory();
  const finished = new Set(trials.map((trial) => trial.trialId));
  const isMissing = (spec: TrialSpec): boolean => !finished.has(trialId(spec));
  const specs: readonly TrialSpec[] = plan.specs;
  const missing = specs.filter(isMissing);
  const extra = extraTrials(plan).filter(isMissing);
  const atOnce = Math.min(run.trialsAtOnce, plan.specs.length);
  const peaks = memory.map(({ allocatedBytes }) => allocatedBytes);
  return {
    trials: plan.specs.length,
    expectedTrials: expectedTrials(plan),
    atMost: mayEndEarly(plan.summary.method),
    done: plan.specs.length - missing.length,
    ranks: plan.summary.ranks.map((rank) => ({
      rank,
      seconds: secondsAt(rank, known),
      memory: memory.find((one) => one.rank === rank),
      sizes: sizes?.ranks.find((one) => one.rank === rank),
    })),
    timeSource: measured ? "measured" : known.length > 0 ? "results" : undefined,
    time: known.length > 0 ? sweepTime(plan, known, { missing, extra, atOnce }) : undefined,
    atOnce,
    peakBytes: peaks.length === 0 ? undefined : atOnce * Math.max(...peaks),
  };
}
