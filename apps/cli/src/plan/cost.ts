import { readModelConfig } from "@lorank/checkpoint/files";
import { canonicalJson, type TrialResult, type TrialSpec } from "@lorank/core/results";
import { expectedTrials, type MeasuredTime, robustnessTrials } from "@lorank/sweep";
import { type MemoryPrediction, predictTrialMemory } from "@lorank/train";
import { decodeDataset } from "@lorank/train/data";
import { familyOf, headOf } from "@lorank/train/engine";
import { trialId } from "@lorank/train/spec";
import type { PreparedSweep } from "../sweep/prepare.ts";
import { type DiskUse, diskUse } from "./disk.ts";

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
  /** That will have been run in the end, a robustness check's included; of a race at most. */
  readonly expectedTrials: number;
  readonly atMost: boolean;
  /** Trials that have a result already. */
  readonly done: number;
  readonly ranks: readonly RankPlan[];
  /** Where seconds come from. */
  readonly timeSource: "measured" | "results" | undefined;
  /** Until the trials that have no result are done. */
  readonly secondsLeft: number | undefined;
  /** Processes side by side. */
  readonly atOnce: number;
  /** Peak memory of `atOnce` processes of the largest rank. Not predicted where trials share a process. */
  readonly peakBytes: number | undefined;
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
  const times = measured?.map(({ rank, trialSeconds }) => ({ rank, seconds: trialSeconds }));
  const known = times ?? timesOf(plan.specs[0]!, trials);
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
  const extra = robustnessTrials(plan);
  const expected = expectedTrials(plan);
  // Of the grid's trials, that the method will run.
  const share = (expected - extra.length) / plan.specs.length;
  const secondsLeft = (atOnce: number): number =>
    share * secondsOf(missing, ranks, atOnce) + secondsOf(extra.filter(isMissing), ranks, atOnce);
  const isShared = run.trialsPerProcess !== "auto" && run.trialsPerProcess > 1;
  const atOnce = Math.min(run.trialsAtOnce, plan.specs.length);
  return {
    trials: plan.specs.length,
    expectedTrials: expected,
    atMost: plan.summary.method === "race",
    done: plan.specs.length - missing.length,
    ranks,
    timeSource: times ? "measured" : known.length > 0 ? "results" : undefined,
    secondsLeft: known.length > 0 ? secondsLeft(atOnce) : undefined,
    atOnce,
    peakBytes: isShared ? undefined : atOnce * Math.max(...ranks.map(({ memory }) => memory.allocatedBytes)),
    disk: diskUse(prepared),
  };
}

interface RankTime {
  readonly rank: number;
  readonly seconds: number;
}

/** Mean seconds by rank of the trials that had the settings of `spec`; ascending. */
function timesOf(spec: TrialSpec, trials: readonly TrialResult[]): RankTime[] {
  const alike = trials.filter(
    (trial) => trial.status === "completed" && sharedSettings(trial.spec) === sharedSettings(spec),
  );
  const ranks = [...new Set(alike.map((trial) => trial.spec.lora.rank))].sort((a, b) => a - b);
  return ranks.map((rank) => {
    const own = alike.filter((trial) => trial.spec.lora.rank === rank);
    return { rank, seconds: own.reduce((sum, { measured }) => sum + measured.seconds.total, 0) / own.length };
  });
}

/** All that determines how long a trial takes, but for its rank. */
function sharedSettings({ base, data, task, lora, optimizer, compute }: TrialSpec): string {
  const { targetModules, dropout, dora } = lora;
  const { epochs, batchSize, microBatchSize } = optimizer;
  const settings = { base, data, task, targetModules, dropout, epochs, batchSize, microBatchSize };
  return canonicalJson({ ...settings, ...(dora ? { dora } : {}), ...(compute ? { compute } : {}) });
}

/** On the line through the neighbours that are known: what a step costs grows about in proportion to the rank. */
export function secondsAt(rank: number, known: readonly RankTime[]): number | undefined {
  const below = known.findLast((time) => time.rank <= rank);
  const above = known.find((time) => time.rank >= rank);
  if (below === undefined || above === undefined) return (below ?? above)?.seconds;
  if (below.rank === above.rank) return below.seconds;
  const share = (rank - below.rank) / (above.rank - below.rank);
  return below.seconds + share * (above.seconds - below.seconds);
}

function secondsOf(missing: readonly TrialSpec[], ranks: readonly RankPlan[], atOnce: number): number {
  const each = missing.map(({ lora }) => ranks.find(({ rank }) => rank === lora.rank)!.seconds!);
  const all = each.reduce((sum, seconds) => sum + seconds, 0);
  return Math.max(all / atOnce, 0, ...each);
}
