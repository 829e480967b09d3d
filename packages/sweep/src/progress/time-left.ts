import type { ProgressEvent } from "./events.ts";

/**
 * Estimates the seconds that a sweep still needs, from how long its trials took so far.
 *
 * A trial of a rank that has finished before is expected to take that rank's mean, another the mean of all; before
 * any has finished, a running one is extrapolated from its share of training steps. What is left of all trials is
 * divided by the number that run side by side, and is never less than the longest of those that run.
 */
export class TimeLeft {
  readonly #trialsAtOnce: number;
  readonly #now: () => number;
  readonly #secondsByRank = new Map<number, number[]>();
  readonly #running = new Map<string, { rank: number; startedAt: number; share: number }>();

  constructor(trialsAtOnce: number, now: () => number = () => performance.now() / 1000) {
    this.#trialsAtOnce = trialsAtOnce;
    this.#now = now;
  }

  /** `startedAt`: by the same clock (default: now). */
  started(id: string, rank: number, startedAt = this.#now()): void {
    this.#running.set(id, { rank, startedAt, share: 0 });
  }

  progressed(id: string, event: ProgressEvent): void {
    const trial = this.#running.get(id);
    if (trial !== undefined && event.kind === "step" && event.steps !== undefined)
      trial.share = event.step / event.steps;
  }

  /** `seconds`: wall-clock time of the whole trial. */
  finished(id: string, rank: number, seconds: number): void {
    this.#running.delete(id);
    const known = this.#secondsByRank.get(rank);
    if (known === undefined) this.#secondsByRank.set(rank, [seconds]);
    else known.push(seconds);
  }

  stopped(id: string): void {
    this.#running.delete(id);
  }

  /** Seconds left when trials of `waitingRanks` have not started; undefined when nothing is known yet. */
  estimate(waitingRanks: readonly number[]): number | undefined {
    const left = [...this.#running.keys()].map((id) => this.leftOf(id));
    const waiting = waitingRanks.map((rank) => this.#expected(rank));
    const all = [...left, ...waiting];
    if (all.includes(undefined)) return undefined;
    const seconds = all as number[];
    const total = seconds.reduce((sum, one) => sum + one, 0);
    return Math.max(total / this.#trialsAtOnce, ...(left as number[]));
  }

  /** Seconds that a running trial still needs; undefined when nothing is known yet. */
  leftOf(id: string): number | undefined {
    const trial = this.#running.get(id);
    const expected = trial && this.#expected(trial.rank);
    if (trial === undefined || expected === undefined) return undefined;
    return Math.max(0, expected - (this.#now() - trial.startedAt));
  }

  #expected(rank: number): number | undefined {
    const same = this.#secondsByRank.get(rank) ?? [];
    return mean(same) ?? mean([...this.#secondsByRank.values()].flat()) ?? mean(this.#extrapolations());
  }

  #extrapolations(): number[] {
    return [...this.#running.values()]
      .filter(({ share }) => share > 0)
      .map(({ share, startedAt }) => (this.#now() - startedAt) / share);
  }
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, one) => sum + one, 0) / values.length;
}
