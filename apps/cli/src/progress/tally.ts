import { wholeNumber } from "@lorank/core";
import { type Metric, metricsBeside, scoreIn } from "@lorank/evidence/results";
import type { ProgressEvent, SweepEvent, SweepTrialEvent } from "@lorank/sweep";
import { duration, plainText } from "../text.ts";
import { type DecidingMetric, scoreWords } from "./deciding-metric.ts";

/** Figures of one rank while a sweep runs. */
export interface RankTally {
  readonly rank: number;
  /** Scores of its completed trials by the metric that decides. */
  readonly scores: readonly number[];
  readonly diverged: number;
  /** Its running trials, by id. */
  readonly running: ReadonlyMap<string, RunningTrial>;
}

export interface RunningTrial {
  readonly seed: number;
  /** In words: `step 12 of 76, loss 0.412`. */
  readonly doing: string;
  /** Share of its training steps that are done, 0 to 1. */
  readonly share: number;
}

/** A trial with a result; without a score when it diverged or ran out of memory. */
export interface EarlierTrial {
  readonly rank: number;
  /** Score by the metric that decides. */
  readonly score: number | undefined;
  /** The `--device` that it ran on. */
  readonly device?: string;
}

/** Adds up the events of a sweep. */
export class Tally {
  done = 0;
  total = 0;
  failed = 0;
  readonly ranks: RankTally[];

  readonly #metric: Metric;
  readonly #now: () => number;
  /** The end that is foreseen, by that clock. */
  #endsAt: number | undefined;

  /**
   * @param metric that decides.
   * @param earlier trials that were done before this run.
   * @param now in milliseconds.
   */
  constructor(
    ranks: readonly number[],
    metric: Metric,
    earlier: readonly EarlierTrial[] = [],
    now: () => number = Date.now,
  ) {
    this.#metric = metric;
    this.#now = now;
    this.ranks = ranks.map((rank) => {
      const own = earlier.filter((trial) => trial.rank === rank).map(({ score }) => score);
      const scores = own.filter((score) => score !== undefined);
      return { rank, scores, diverged: own.length - scores.length, running: new Map() };
    });
    this.done = earlier.length;
  }

  add(event: SweepTrialEvent): void {
    this.done = event.done;
    this.total = event.total;
    const left = event.secondsEstimateLeft;
    this.#endsAt = left === undefined ? undefined : this.#now() + 1000 * left;
    const index = this.ranks.findIndex(({ rank }) => rank === event.rank);
    const tally = this.ranks[index];
    if (tally !== undefined) this.ranks[index] = withEvent(tally, event, this.#metric);
    if (event.kind === "trial-failed") this.failed += 1;
  }

  /** Goes down with the clock until another event says something else. */
  get secondsLeft(): number | undefined {
    return this.#endsAt === undefined ? undefined : Math.max(0, (this.#endsAt - this.#now()) / 1000);
  }
}

function withEvent(tally: RankTally, event: SweepTrialEvent, metric: Metric): RankTally {
  const running = new Map(tally.running);
  const { trialId, seed } = event;
  switch (event.kind) {
    case "trial-started":
      running.set(trialId, { seed, doing: "loading", share: 0 });
      return { ...tally, running };
    case "trial-progress": {
      const before = running.get(trialId);
      if (event.event.kind === "note" || event.event.kind === "checkpoint") return tally;
      running.set(trialId, { seed, ...progressOf(event.event, before?.share ?? 0) });
      return { ...tally, running };
    }
    case "trial-finished": {
      running.delete(trialId);
      const score = scoreIn(event, metric);
      if (score === undefined) return { ...tally, running, diverged: tally.diverged + 1 };
      return { ...tally, running, scores: [...tally.scores, score] };
    }
    case "trial-retried":
    case "trial-failed":
      running.delete(trialId);
      return { ...tally, running };
    case "test-scored":
    case "truncations-evaluated":
      return tally;
  }
}

type TrialProgress = Exclude<ProgressEvent, { kind: "note" | "checkpoint" }>;

function progressOf(event: TrialProgress, before: number): { doing: string; share: number } {
  if (event.kind === "evaluating") return { doing: `evaluating ${event.done} of ${event.total}`, share: 1 };
  if (event.kind === "resumed") return { doing: trialNews(event)!, share: event.step / event.steps };
  const { step, steps, loss } = event;
  const words = `step ${step}${steps === undefined ? "" : ` of ${steps}`}, loss ${loss.toFixed(3)}`;
  return { doing: words, share: steps === undefined ? before : step / steps };
}

/** `0.942 ± 0.006`: the mean and its standard error over seeds; with one seed there is no error to state. */
export function runningEstimate(values: readonly number[]): string {
  const n = values.length;
  if (n === 0) return "";
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return mean.toFixed(3);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  return `${mean.toFixed(3)} ± ${Math.sqrt(variance / n).toFixed(3)}`;
}

/** Tells if an event is of one trial of the sweep. */
export function isOfTrial(event: SweepEvent): event is SweepTrialEvent {
  return "trialId" in event;
}

/** A line on an event that is worth one; undefined for a step. */
export function trialNews(event: ProgressEvent): string | undefined {
  if (event.kind === "note") return plainText(event.text);
  if (event.kind === "resumed")
    return `goes on from step ${wholeNumber(event.step)} of ${wholeNumber(event.steps)}`;
  return undefined;
}

/** An event that is of no trial, as a line that stays. */
export function sweepWords(event: Exclude<SweepEvent, SweepTrialEvent>, by: DecidingMetric): string {
  switch (event.kind) {
    case "file-rebuilt":
      return plainText(`${event.file} was damaged and is written anew: ${event.damage}`);
    case "base-evaluated": {
      const shown = metricsBeside(by.metric.name).map((metric) =>
        metric === by.metric ? by : { metric, noun: metric.noun },
      );
      const scores = shown.flatMap((one) => scoreWords(event, one) ?? []);
      return `untouched base: ${scores.join(", ")}`;
    }
    case "setting-tried": {
      // `learning rate 0.003, rank 4: log loss 0.2134 (12 s)`
      const { setting, value, rank, logLoss, seconds } = event;
      const tried = setting === "learningRate" ? `learning rate ${value}` : `epochs ${value}`;
      const came = logLoss === undefined ? "diverged" : `log loss ${logLoss.toFixed(4)}`;
      return `${tried}, rank ${rank}: ${came} (${duration(seconds)})`;
    }
  }
}
