import type { ProgressEvent } from "../plan/events.ts";

interface Running {
  readonly rank: number;
  readonly startedAt: number;
  /** Share of the trial's steps done by earlier processes, 0 to 1. */
  resumedShare: number;
  readonly steps: Phase;
  readonly evaluation: Phase;
}

/** Training or evaluation phase of a running trial: its first and last progress event. */
interface Phase {
  first?: Mark;
  last?: Mark;
}

interface Mark {
  /** Seconds from the trial's start to the event. */
  readonly seconds: number;
  readonly share: number;
}

/**
 * Estimates a sweep's remaining seconds.
 *
 * A trial is expected to take its rank's median, or a value between the nearest ranks'. A running trial shifts to its
 * own speed, by its share of steps. Time after the last step is taken from other trials.
 */
export class TimeLeft {
  readonly #trialsAtOnce: number;
  readonly #now: () => number;
  readonly #secondsByRank = new Map<number, number[]>();
  readonly #afterSteps: number[] = [];
  readonly #running = new Map<string, Running>();

  constructor(trialsAtOnce: number, now: () => number = () => performance.now() / 1000) {
    this.#trialsAtOnce = trialsAtOnce;
    this.#now = now;
  }

  /**
   * Records a trial's start.
   *
   * @param startedAt on the same clock; the time since is taken for steps. (default: now)
   * @param resumedShare share of the steps done by earlier processes. (default 0)
   */
  started(id: string, rank: number, startedAt?: number, resumedShare = 0): void {
    const steps = startedAt === undefined ? {} : { first: { seconds: 0, share: resumedShare } };
    this.#running.set(id, {
      rank,
      startedAt: startedAt ?? this.#now(),
      resumedShare,
      steps,
      evaluation: {},
    });
  }

  progressed(id: string, event: ProgressEvent): void {
    const trial = this.#running.get(id);
    if (trial === undefined || event.kind === "note" || event.kind === "checkpoint") return;
    if ((event.kind === "step" || event.kind === "point") && event.steps === undefined) return;
    const [phase, share] =
      event.kind === "evaluating"
        ? [trial.evaluation, event.done / event.total]
        : [trial.steps, event.step / event.steps!];
    if (event.kind === "resumed") trial.resumedShare = share;
    phase.last = { seconds: this.#now() - trial.startedAt, share };
    phase.first ??= phase.last;
  }

  /** Records a trial's end. `seconds`: wall-clock time for the whole trial, as it reports. */
  finished(id: string, rank: number, seconds: number): void {
    const trial = this.#running.get(id);
    // A process takes a while before it starts counting.
    const own = trial === undefined ? 0 : this.#now() - trial.startedAt;
    const whole = Math.max(seconds, own);
    // A resumed trial reports all processes' time.
    if (trial?.steps.last?.share === 1)
      this.#afterSteps.push((trial.resumedShare > 0 ? own : whole) - trial.steps.last.seconds);
    this.#running.delete(id);
    const known = this.#secondsByRank.get(rank);
    if (known === undefined) this.#secondsByRank.set(rank, [whole]);
    else known.push(whole);
  }

  stopped(id: string): void {
    this.#running.delete(id);
  }

  /** Estimated seconds until all trials end, if known. `waitingRanks`: the rank of each trial not yet started. */
  estimate(waitingRanks: readonly number[]): number | undefined {
    const known = this.#known();
    const running = [...this.#running.values()].map((trial) => this.#left(trial, known));
    const waiting = waitingRanks.map((rank) => secondsAt(rank, known));
    if (running.includes(undefined) || waiting.includes(undefined)) return undefined;
    return lastEnd(running as number[], waiting as number[], this.#trialsAtOnce);
  }

  leftOf(id: string): number | undefined {
    const trial = this.#running.get(id);
    return trial && this.#left(trial, this.#known());
  }

  #left(trial: Running, known: readonly RankTime[]): number | undefined {
    const own = this.#whole(trial);
    const whole = secondsAt(trial.rank, known);
    const others = whole && whole * (1 - trial.resumedShare);
    const share = own === undefined ? 0 : others === undefined ? 1 : trial.steps.last!.share;
    if (own === undefined && others === undefined) return undefined;
    const expected = share * (own ?? 0) + (1 - share) * (others ?? 0);
    return Math.max(0, expected - (this.#now() - trial.startedAt));
  }

  /** Predicted seconds for a running trial's whole process, by its progress. */
  #whole({ steps, evaluation }: Running): number | undefined {
    const [trained, evaluated] = [endOf(steps), endOf(evaluation)];
    return evaluated ?? (trained === undefined ? undefined : trained + (median(this.#afterSteps) ?? 0));
  }

  #known(): RankTime[] {
    const byRank = new Map<number, number[]>();
    for (const trial of this.#running.values()) {
      const own = this.#whole(trial);
      if (own === undefined || trial.resumedShare === 1) continue;
      byRank.set(trial.rank, [...(byRank.get(trial.rank) ?? []), own / (1 - trial.resumedShare)]);
    }
    for (const [rank, seconds] of this.#secondsByRank) byRank.set(rank, seconds);
    return [...byRank]
      .map(([rank, seconds]) => ({ rank, seconds: median(seconds)! }))
      .sort((a, b) => a.rank - b.rank);
  }
}

/** Predicted end of a phase, in seconds after the trial's start. */
function endOf({ first, last }: Phase): number | undefined {
  if (first === undefined || last === undefined) return undefined;
  if (last.share > first.share)
    return first.seconds + ((last.seconds - first.seconds) * (1 - first.share)) / (last.share - first.share);
  return last.share === 1 ? last.seconds : undefined;
}

/** Seconds until the last trial ends, with `atOnce` running concurrently. */
function lastEnd(running: readonly number[], waiting: readonly number[], atOnce: number): number {
  const ends = [...running];
  for (const seconds of waiting) {
    if (ends.length < atOnce) ends.push(seconds);
    else {
      const next = ends.indexOf(Math.min(...ends));
      ends[next] = ends[next]! + seconds;
    }
  }
  return Math.max(0, ...ends);
}

function median(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

interface RankTime {
  readonly rank: number;
  readonly seconds: number;
}

/**
 * Expected seconds for a trial, interpolated linearly between known ranks: a step's cost grows about in proportion to
 * the rank. Beyond them, the nearest rank's.
 *
 * @param known ascending.
 */
export function secondsAt(rank: number, known: readonly RankTime[]): number | undefined {
  const below = known.findLast((time) => time.rank <= rank);
  const above = known.find((time) => time.rank >= rank);
  if (below === undefined || above === undefined) return (below ?? above)?.seconds;
  if (below.rank === above.rank) return below.seconds;
  const share = (rank - below.rank) / (above.rank - below.rank);
  return below.seconds + share * (above.seconds - below.seconds);
}
