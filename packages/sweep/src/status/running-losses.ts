import { logFile, logLines } from "../store/attempt-log.ts";
import { linesFrom } from "../store/files.ts";
import type { SweepStore } from "../store/store.ts";
import type { TrialStatus } from "./trial-states.ts";

/** Training step and its loss, in nats. */
export type StepLoss = readonly [step: number, loss: number];

interface Reading {
  readonly file: string;
  readonly losses: StepLoss[];
  /** Offset in the log, in bytes, after the last whole line read. */
  end: number;
}

/** Reads losses from running trials' logs, each from where the last read ended. */
export class RunningLosses {
  readonly #store: SweepStore;
  readonly #readings = new Map<string, Reading>();

  constructor(store: SweepStore) {
    this.#store = store;
  }

  /** Training losses of running trials, by trial id. */
  of(trials: readonly TrialStatus[]): ReadonlyMap<string, readonly StepLoss[]> {
    const running = trials.filter(({ state }) => state === "running").map(({ trialId }) => trialId);
    for (const id of this.#readings.keys()) if (!running.includes(id)) this.#readings.delete(id);
    return new Map(running.map((id) => [id, this.#read(id)]));
  }

  files(): string[] {
    return [...this.#readings.values()].map(({ file }) => file);
  }

  #read(id: string): readonly StepLoss[] {
    const attempt = this.#store.attempts(id).at(-1);
    if (attempt === undefined) return [];
    const file = logFile(attempt.folder);
    let reading = this.#readings.get(id);
    if (reading?.file !== file) {
      reading = { file, losses: [], end: 0 };
      this.#readings.set(id, reading);
    }
    const { lines, end } = linesFrom(file, reading.end);
    reading.end = end;
    for (const line of logLines(lines))
      if (line.kind === "step" && Number.isFinite(line.loss)) reading.losses.push([line.step, line.loss]);
    return reading.losses;
  }
}
