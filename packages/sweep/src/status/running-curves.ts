import type { PointScores } from "../plan/events.ts";
import { logFile, logLines } from "../store/attempt-log.ts";
import { linesFrom } from "../store/files.ts";
import type { SweepStore } from "../store/store.ts";
import type { TrialStatus } from "./trial-states.ts";

/** Training step and its loss, in nats. */
export type StepLoss = readonly [step: number, loss: number];

/** Losses and evaluations on the way of a running trial's present attempt, by step. */
export interface RunningCurve {
  readonly losses: readonly StepLoss[];
  readonly points: readonly PointScores[];
}

interface Reading extends RunningCurve {
  readonly file: string;
  readonly losses: StepLoss[];
  readonly points: PointScores[];
  /** Offset in the log, in bytes, after the last whole line read. */
  end: number;
}

/** Reads losses and points from running trials' logs, each from where the last read ended. */
export class RunningCurves {
  readonly #store: SweepStore;
  readonly #readings = new Map<string, Reading>();

  constructor(store: SweepStore) {
    this.#store = store;
  }

  /** Curves of running trials, by trial id. */
  of(trials: readonly TrialStatus[]): ReadonlyMap<string, RunningCurve> {
    const running = trials.filter(({ state }) => state === "running").map(({ trialId }) => trialId);
    for (const id of this.#readings.keys()) if (!running.includes(id)) this.#readings.delete(id);
    return new Map(running.map((id) => [id, this.#read(id)]));
  }

  /** Trials, of which running ones have their latest point. */
  withPoints(trials: readonly TrialStatus[]): TrialStatus[] {
    const curves = this.of(trials);
    return trials.map((trial) => {
      const point = curves.get(trial.trialId)?.points.at(-1);
      return point === undefined ? trial : { ...trial, point };
    });
  }

  files(): string[] {
    return [...this.#readings.values()].map(({ file }) => file);
  }

  #read(id: string): RunningCurve {
    const attempt = this.#store.attempts(id).at(-1);
    if (attempt === undefined) return { losses: [], points: [] };
    const file = logFile(attempt.folder);
    let reading = this.#readings.get(id);
    if (reading?.file !== file) {
      reading = { file, losses: [], points: [], end: 0 };
      this.#readings.set(id, reading);
    }
    const { lines, end } = linesFrom(file, reading.end);
    reading.end = end;
    for (const line of logLines(lines)) {
      if (line.kind === "step" && Number.isFinite(line.loss)) reading.losses.push([line.step, line.loss]);
      if (line.kind === "point") reading.points.push(pointIn(line));
    }
    return reading;
  }
}

function pointIn({ step, accuracy, logLoss }: PointScores): PointScores {
  return { step, accuracy, ...(logLoss === undefined ? {} : { logLoss }) };
}
