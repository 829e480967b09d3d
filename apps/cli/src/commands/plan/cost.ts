import { planProbe } from "@lorank/evidence/methods";
import {
  canonicalJson,
  comparedIn,
  methods,
  type SpecMembers,
  type Task,
  type TrialResult,
  type TrialSpec,
} from "@lorank/evidence/results";
import type { MeasuredTime, Plan } from "@lorank/sweep";
import { TimeLeft } from "@lorank/sweep/browser";
import type { PlannedSearch } from "@lorank/sweep/engine";
import { plannedTrials } from "@lorank/sweep/folder";
import type { MemoryPrediction, RankSize } from "@lorank/train";
import { type PointsCost, pointCount, pointsCost } from "@lorank/train/names";
import { trialId } from "@lorank/train/spec";
import type { DiskUse } from "../../sweep/out-folder.ts";
import type { ReadySweep } from "../../sweep/ready-sweep.ts";

/** Costs of a planned sweep: trials, time, memory, disk. Unknown members are null. */
export interface SweepCosts {
  /** Number of trials in the grid. */
  readonly trials: number;
  /** Trials expected to run, checks included; an upper limit if `atMost`, since the method may end early. */
  readonly expectedTrials: number;
  readonly atMost: boolean;
  /** Grid trials that have a result already. */
  readonly done: number;
  readonly trialsAtOnce: number;
  readonly timeSource: "measured" | "results" | null;
  readonly secondsLeft: number | null;
  readonly secondsByPart: SweepTime | null;
  /** Evaluations on the way of a trial at the largest timed rank, by time; absent without any, or if unknown. */
  readonly points?: PointsCost;
  /** Predicted peak memory of all concurrent trials, at the largest rank; null if unknown. */
  readonly peakBytes: number | null;
  readonly diskBytes: DiskUse | null;
  readonly ranks: readonly RankCosts[];
  /** Search before the sweep, which the other members do not count; absent without one. */
  readonly search?: SearchCosts;
}

/** Costs of a search: the fewest and most trainings, and the seconds for these; null if unknown. */
export interface SearchCosts {
  readonly trainings: readonly [least: number, most: number];
  readonly seconds: readonly [least: number, most: number] | null;
}

export interface RankCosts extends Partial<Pick<RankSize, "trainableParams" | "adapterBytes">> {
  readonly rank: number;
  readonly trialSeconds: number | null;
  /** Predicted peak CPU memory of the trial's process, in bytes. */
  readonly peakBytes?: number;
  readonly peakPhase?: MemoryPrediction["peakPhase"];
}

export async function sweepCosts(
  { plan, run, costs }: ReadySweep,
  trials: readonly TrialResult[],
  measured: readonly MeasuredTime[] | undefined,
): Promise<SweepCosts> {
  const known = measured ? measuredTimes(measured) : timesOf(plan, trials);
  const memory = (await costs?.predictMemory()) ?? [];
  const finished = new Set(trials.map((trial) => trial.trialId));
  const isMissing = (spec: TrialSpec): boolean => !finished.has(trialId(spec));
  const specs: readonly TrialSpec[] = plan.specs;
  const missing = specs.filter(isMissing);
  const { expected, ofChecks } = plannedTrials(plan);
  const extra = ofChecks.filter(isMissing);
  const atOnce = Math.min(run.trialsAtOnce, plan.specs.length);
  const peaks = memory.map(({ allocatedBytes }) => allocatedBytes);
  const time = known.length > 0 ? sweepTime(plan, known, { missing, extra, atOnce }) : null;
  const points = costOfPoints(plan.config, known.at(-1));
  return {
    trials: plan.specs.length,
    expectedTrials: expected,
    done: plan.specs.length - missing.length,
    trialsAtOnce: atOnce,
    timeSource: measured ? "measured" : known.length > 0 ? "results" : null,
    secondsLeft: time && time.trials + time.base + time.cuts + time.test,
    secondsByPart: time,
    ...(points === undefined ? {} : { points }),
    peakBytes: peaks.length === 0 ? null : atOnce * Math.max(...peaks),
    diskBytes: costs?.disk ?? null,
    ranks: plan.summary.ranks.map((rank): RankCosts => {
      const peak = memory.find((one) => one.rank === rank);
      const sizes = costs?.sizes.ranks.find((one) => one.rank === rank);
      return {
        rank,
        trialSeconds: secondsAt(rank, known) ?? null,
        ...(peak && { peakBytes: peak.allocatedBytes, peakPhase: peak.peakPhase }),
        ...(sizes && { trainableParams: sizes.trainableParams, adapterBytes: sizes.adapterBytes }),
      };
    }),
    atMost: methods[plan.summary.method ?? "grid"].mayEndEarly === true,
    ...(costs?.search && { search: searchCosts(costs.search, known, plan, run.trialsAtOnce) }),
  };
}

/** Costs of a planned search, from known times of the sweep's trials. */
export function searchCosts(
  { ranks, trainings, work, judgedExamples }: PlannedSearch,
  known: readonly TrialTime[],
  plan: Pick<Plan, "config">,
  trialsAtOnce: number,
): SearchCosts {
  const { data }: ScoredExamples = plan.config;
  const judged = judgedExamples / (data?.validationExamples ?? judgedExamples);
  const secondsOf = (bound: "least" | "most"): number => {
    const each = ranks.map((rank) => {
      const [seconds, open, evaluate] = (["seconds", "open", "evaluate"] as const).map(
        (part) => secondsAt(rank, known, part) ?? 0,
      ) as [number, number, number];
      return trainings[bound] * (open + judged * evaluate) + work[bound] * (seconds - open - evaluate);
    });
    return each.reduce((sum, one) => sum + one, 0) / Math.min(trialsAtOnce, 2 * ranks.length);
  };
  return {
    trainings: [ranks.length * trainings.least, ranks.length * trainings.most],
    seconds: known.length === 0 ? null : [secondsOf("least"), secondsOf("most")],
  };
}

/** Seconds for a trial at one rank, and for the parts that an evaluation alone needs too. */
interface TrialTime {
  readonly rank: number;
  readonly seconds: number;
  /** Seconds from the process's start to the first step. */
  readonly open: number;
  /** Seconds to evaluate all validation examples. */
  readonly evaluate: number;
  /** Seconds of evaluations on the way, a part of `seconds`. (default 0) */
  readonly points?: number;
  readonly steps?: number | undefined;
}

type TimePart = "seconds" | "open" | "evaluate" | "points";

/** Remaining seconds for each part of a sweep, with concurrent processes. */
export interface SweepTime {
  readonly trials: number;
  /** Seconds to evaluate the untouched base, before the trials. */
  readonly base: number;
  /** Seconds to evaluate a probe's truncated adapters. */
  readonly cuts: number;
  /** Seconds to score the recommended rank on test examples. */
  readonly test: number;
}

interface TrialsLeft {
  readonly missing: readonly TrialSpec[];
  readonly extra: readonly TrialSpec[];
  readonly atOnce: number;
}

/**
 * Estimates a sweep's remaining time from known times at one or more ranks. Base, truncations and test scores count
 * only if a trial remains.
 */
export function sweepTime(
  plan: Plan,
  known: readonly TrialTime[],
  { missing, extra, atOnce }: TrialsLeft,
): SweepTime {
  const { specs, summary } = plan;
  const { test, data, task }: ScoredExamples = plan.config;
  const at = (rank: number, part: TimePart): number => secondsAt(rank, known, part)!;
  const { numberOf } = comparedIn(summary);
  const ofTrials = (spec: TrialSpec): number => at(numberOf(spec), "seconds");
  const { expected, ofChecks } = plannedTrials(plan);
  const share = (expected - ofChecks.length) / specs.length;
  // Checks' trials are evaluated at the end alone.
  const ofExtra = (spec: TrialSpec): number => ofTrials(spec) - at(numberOf(spec), "points");
  const trials = share * sideBySide(missing.map(ofTrials), atOnce) + sideBySide(extra.map(ofExtra), atOnce);
  if (missing.length === 0) return { trials, base: 0, cuts: 0, test: 0 };

  const { ranks, seeds, confidence } = summary;
  const largest = ranks.at(-1)!;
  const [open, evaluate] = [at(largest, "open"), at(largest, "evaluate")];
  const processes = (count: number, seconds: number): number =>
    sideBySide(new Array<number>(count).fill(seconds), atOnce);
  const probe = summary.method === "probe" ? planProbe(ranks, seeds, confidence) : undefined;
  // A one-seed verdict scores no test examples.
  const scored = test === undefined || seeds.length === 1 ? 0 : (probe?.confirmationSeeds ?? seeds).length;
  const shareOfTest = (test?.examples ?? 1) / (data?.validationExamples ?? 1);
  return {
    trials,
    base: task?.kind === "causal-lm" && missing.length === specs.length ? open + evaluate : 0,
    cuts: probe ? processes(probe.probeSeeds.length, open + probe.smaller.length * evaluate) : 0,
    test: processes(scored, open + shareOfTest * evaluate),
  };
}

/**
 * Counts of validation and test examples. Another trainer's are unknown before scoring; validation and test are then
 * assumed equal.
 */
interface ScoredExamples {
  readonly name: string;
  readonly test?: { readonly name: string; readonly examples?: number };
  readonly data?: { readonly validationExamples: number };
  readonly task?: Task;
}

/** Seconds for a trial at a rank, interpolated from known ranks nearby; undefined without any. */
function secondsAt(
  rank: number,
  known: readonly TrialTime[],
  part: TimePart = "seconds",
): number | undefined {
  const timeLeft = new TimeLeft(1);
  for (const time of known) timeLeft.finished(part, time.rank, time[part] ?? 0);
  return timeLeft.estimate([rank]);
}

function sideBySide(each: readonly number[], atOnce: number): number {
  const all = each.reduce((sum, seconds) => sum + seconds, 0);
  return Math.max(all / atOnce, 0, ...each);
}

function measuredTimes(measured: readonly MeasuredTime[]): TrialTime[] {
  return measured.map(({ rank, trialSeconds, openSeconds, evaluateSeconds, pointsSeconds, steps }) => ({
    rank,
    seconds: trialSeconds,
    open: openSeconds,
    evaluate: evaluateSeconds,
    points: pointsSeconds,
    steps,
  }));
}

/** Cost of evaluations on the way, if the time of one is known. */
function costOfPoints(config: Plan["config"], time?: TrialTime): PointsCost | undefined {
  if (time === undefined || time.evaluate === 0) return undefined;
  const { seconds, points = 0, steps, evaluate } = time;
  return pointsCost(config, steps, { evaluation: evaluate, trial: seconds - points });
}

/** Times of finished trials, as if they were evaluated on the way as the plan's trials are. */
function timesOf({ config, specs, summary }: Plan, trials: readonly TrialResult[]): TrialTime[] {
  const { isNamed, numberOf } = comparedIn(summary);
  const isAlike = ({ spec }: TrialResult): boolean =>
    isNamed ? numberOf(spec) > 0 : sharedSettings(spec) === sharedSettings(specs[0]!);
  const alike = trials.filter((trial) => trial.status === "completed" && isAlike(trial));
  const rankOf = ({ spec }: TrialResult): number => numberOf(spec);
  const ranks = [...new Set(alike.map(rankOf))].sort((a, b) => a - b);
  return ranks.map((rank) => {
    const own = alike.filter((trial) => rankOf(trial) === rank);
    const { steps } = own[0]!;
    const mean = (seconds: (trial: TrialResult) => number): number =>
      own.reduce((sum, trial) => sum + seconds(trial), 0) / own.length;
    // The seconds of evaluation are those of the last and of all on the way.
    const evaluate = mean(evaluationSeconds);
    const points = pointCount(config, steps) * evaluate;
    const total = mean(
      (trial) => trial.measured.seconds.total - (trial.points?.length ?? 0) * evaluationSeconds(trial),
    );
    const open = mean(({ measured }) => measured.seconds.load ?? 0);
    return { rank, seconds: total + points, open, evaluate, points, steps };
  });
}

/** Seconds of one evaluation in a finished trial; 0 where its trainer tells the whole time alone. */
function evaluationSeconds({ measured, points = [] }: TrialResult): number {
  return (measured.seconds.evaluate ?? 0) / (1 + points.length);
}

/** Settings on which a trial's time depends, rank excepted, as JSON to compare. */
function sharedSettings({ trainer, base, data, task, lora, optimizer, compute }: SpecMembers): string {
  const { rank: _, alpha: __, scalingRule: ___, ...adapter } = lora;
  const { epochs, batchSize, microBatchSize } = optimizer;
  const settings = { trainer, base, data, task, ...adapter, epochs, batchSize, microBatchSize, compute };
  const known = Object.entries(settings).filter(([, value]) => value !== undefined);
  return canonicalJson(Object.fromEntries(known));
}
