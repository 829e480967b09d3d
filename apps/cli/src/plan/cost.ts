import { readModelConfig } from "@lorank/checkpoint/files";
import { mayEndEarly, type TrialResult, type TrialSpec } from "@lorank/core/results";
import { expectedTrials, extraTrials, type MeasuredTime, secondsAt } from "@lorank/sweep";
import { type MemoryPrediction, predictTrialMemory } from "@lorank/train";
import { decodeDataset } from "@lorank/train/data";
import { familyOf, headOf } from "@lorank/train/engine";
import { trialId } from "@lorank/train/spec";
import { type DiskUse, diskUse } from "../sweep/disk.ts";
import type { PreparedSweep } from "../sweep/prepare.ts";
import { measuredTimes, type SweepTime, sweepTime, timesOf } from "./time.ts";

/** What a rank's trials take. */
export interface RankPlan {
  readonly rank: number;
  /** Seconds of one trial; undefined where nothing was measured. */
  readonly seconds: number | undefined;
  /** Memory of one trial's process on the CPU. */
  readonly memory: MemoryPrediction;
}

export interface SweepCosts {
  /** Trials of the grid. */
  readonly trials: number;
  /** Trials that will have been run in the end, those of checks included; at most, of a method that may end early. */
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
  /** Peak memory of `atOnce` processes of the largest rank. */
  readonly peakBytes: number;
  readonly disk: DiskUse;
}

/**
 * A process that reads TypeScript begins with 153 to 166 MB, and this one reads what trials will read.
 * Source: PROCESS_BYTES of @lorank/train.
 */
const processBytes = import.meta.url.endsWith(".ts") ? 160e6 : undefined;

/** What a sweep will cost, from the shapes of its trials and from times that were measured, if any. */
export async function sweepCosts(
  prepared: PreparedSweep,
  trials: readonly TrialResult[],
  measured: readonly MeasuredTime[] | undefined,
): Promise<SweepCosts> {
  const { plan, run, modelPath, dataset } = prepared;
  const family = familyOf(readModelConfig(modelPath).config);
  const data = decodeDataset(dataset);
  const head = family.head(headOf(data.task));
  const known = measured ? measuredTimes(measured) : timesOf(plan.specs[0]!, trials);
  const ranks: RankPlan[] = [];
  for (const rank of plan.summary.ranks) {
    const spec = plan.specs.find(({ lora }) => lora.rank === rank)!;
    ranks.push({
      rank,
      seconds: secondsAt(rank, known),
      memory: await predictTrialMemory(spec, { family, head, data, processBytes }),
    });
  }
  const finished = new Set(trials.map((trial) => trial.trialId));
  const isMissing = (spec: TrialSpec): boolean => !finished.has(trialId(spec));
  const missing = plan.specs.filter(isMissing);
  const extra = extraTrials(plan).filter(isMissing);
  const atOnce = Math.min(run.trialsAtOnce, plan.specs.length);
  return {
    trials: plan.specs.length,
    expectedTrials: expectedTrials(plan),
    atMost: mayEndEarly(plan.summary.method),
    done: plan.specs.length - missing.length,
    ranks,
    timeSource: measured ? "measured" : known.length > 0 ? "results" : undefined,
    time: known.length > 0 ? sweepTime(plan, known, { missing, extra, atOnce }) : undefined,
    atOnce,
    peakBytes: atOnce * Math.max(...ranks.map(({ memory }) => memory.allocatedBytes)),
    disk: diskUse(prepared),
  };
}
