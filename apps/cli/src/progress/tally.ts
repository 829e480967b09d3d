import { wholeNumber } from "@lorank/core";
import { type Metric, metricsBeside, scoreIn, searchedNames } from "@lorank/evidence/results";
import type { ProgressEvent, SweepEvent, SweepTrialEvent } from "@lorank/sweep";
import { duration, plainText } from "../text.ts";
import { type DecidingMetric, scoreWords } from "./deciding-metric.ts";

export interface RankTally {
  readonly rank: number;
  /** Scores of completed trials at the rank, by the verdict's metric. */
  readonly scores: number[];
  /** Count of trials that ended without a score: diverged, or out of memory. */
  diverged: number;
  readonly running: Map<string, RunningTrial>;
}

export interface RunningTrial {
  readonly seed: number;
  /** Present activity in words: `step 12 of 76, loss 0.412`. */
  readonly doing: string;
  /** Share of training steps done, 0 to 1. */
  readonly share: number;
  /** Score of the latest evaluation on the way, by the verdict's metric. */
  readonly score?: number | undefined;
}

/** Trial finished before this run; `score` is undefined if it diverged or ran out of memory. */
export interface EarlierTrial {
  readonly rank: number;
  readonly score: number | undefined;
  readonly device?: string;
}

export class Tally {
  done: number;
  total = 0;
  failed = 0;
  readonly ranks: readonly RankTally[];

  readonly #metric: Metric;
  readonly #now: () => number;
  /** Expected end of the sweep, in milliseconds on the clock `now`. */
  #endsAt: number | undefined;

  /**
   * @param metric by which trials are scored.
   * @param earlier trials done before this run.
   * @param now clock in milliseconds.
   */
  constructor(
    ranks: readonly number[],
    metric: Metric,
    earlier: readonly EarlierTrial[] = [],
    now: () => number = Date.now,
  ) {
    this.#metric = metric;
    this.#now = now;
    this.ranks = ranks.map((rank) => ({ rank, scores: [], diverged: 0, running: new Map() }));
    this.done = earlier.length;
    for (const { rank, score } of earlier) this.#finished(rank, score);
  }

  add(event: SweepTrialEvent): void {
    this.done = event.done;
    this.total = event.total;
    const { kind, trialId, seed, rank, secondsEstimateLeft: left } = event;
    this.#endsAt = left === undefined ? undefined : this.#now() + 1000 * left;
    if (kind === "trial-failed") this.failed += 1;
    const running = this.#of(rank)?.running;
    if (kind === "trial-started") running?.set(trialId, { seed, doing: "loading", share: 0 });
    if (kind === "trial-progress") {
      const before = running?.get(trialId) ?? { seed, doing: "loading", share: 0 };
      const progress = this.#progressOf(event.event, before.share);
      if (progress !== undefined) running?.set(trialId, { ...before, ...progress });
    }
    if (kind === "trial-finished" || kind === "trial-retried" || kind === "trial-failed")
      running?.delete(trialId);
    if (kind === "trial-finished") this.#finished(rank, scoreIn(event, this.#metric));
  }

  /** Estimated seconds left; counts down between events. */
  get secondsLeft(): number | undefined {
    return this.#endsAt === undefined ? undefined : Math.max(0, (this.#endsAt - this.#now()) / 1000);
  }

  #of(rank: number): RankTally | undefined {
    return this.ranks.find((one) => one.rank === rank);
  }

  /** Changes of a running trial by an event; undefined without progress. `before`: the share before it. */
  #progressOf(event: ProgressEvent, before: number): Partial<RunningTrial> | undefined {
    if (event.kind === "point") return { score: scoreIn(event, this.#metric) };
    return progressOf(event, before);
  }

  #finished(rank: number, score: number | undefined): void {
    const tally = this.#of(rank);
    if (tally === undefined) return;
    if (score === undefined) tally.diverged += 1;
    else tally.scores.push(score);
  }
}

/** Trial's activity and share done; undefined for an event without progress. `before`: the earlier share. */
function progressOf(event: ProgressEvent, before: number): Omit<RunningTrial, "seed"> | undefined {
  switch (event.kind) {
    case "evaluating":
      return { doing: `evaluating ${event.done} of ${event.total}`, share: 1 };
    case "resumed":
      return { doing: trialNews(event)!, share: event.step / event.steps };
    case "step": {
      const { step, steps, loss } = event;
      const doing = `${stepWords(step, steps)}, loss ${loss.toFixed(3)}`;
      return { doing, share: steps === undefined ? before : step / steps };
    }
    default:
      return undefined;
  }
}

export function stepWords(step: number, steps: number | undefined): string {
  return `step ${step}${steps === undefined ? "" : ` of ${steps}`}`;
}

/** Score estimate such as `0.942 ± 0.006`: mean and standard error over seeds; the mean alone with one seed. */
export function runningEstimate(values: readonly number[]): string {
  const n = values.length;
  if (n === 0) return "";
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return mean.toFixed(3);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  return `${mean.toFixed(3)} ± ${Math.sqrt(variance / n).toFixed(3)}`;
}

export function isOfTrial(event: SweepEvent): event is SweepTrialEvent {
  return "trialId" in event;
}

/** Trial event in words for a log; undefined for a training step. */
export function trialNews(event: ProgressEvent): string | undefined {
  if (event.kind === "note") return plainText(event.text);
  if (event.kind === "resumed")
    return `goes on from step ${wholeNumber(event.step)} of ${wholeNumber(event.steps)}`;
  return undefined;
}

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
      // Example: `learning rate 0.003, rank 4: log loss 0.2134 (12 s)`
      const { setting, value, rank, logLoss, seconds } = event;
      const came = logLoss === undefined ? "diverged" : `log loss ${logLoss.toFixed(4)}`;
      return `${searchedNames[setting]} ${value}, rank ${rank}: ${came} (${duration(seconds)})`;
    }
  }
}
