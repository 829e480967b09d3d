import { closeSync, readSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { openRegularFile } from "@lorank/checkpoint/files";
import { logFile } from "../store/attempt-log.ts";
import type { SweepStore } from "../store/store.ts";
import type { TrialStatus } from "./trial-states.ts";

/** One step of a trial that runs, and its training loss in nats. */
export type StepLoss = readonly [step: number, loss: number];

interface Reading {
  readonly file: string;
  readonly decoder: StringDecoder;
  readonly losses: StepLoss[];
  read: number;
  /** The beginning of a line whose end is still to be written. */
  cut: string;
}

const chunkBytes = 65_536;

/** Reads the losses of trials that run from their logs, each from where the last reading ended. */
export class RunningLosses {
  readonly #store: SweepStore;
  readonly #readings = new Map<string, Reading>();

  constructor(store: SweepStore) {
    this.#store = store;
  }

  /** The losses that each trial's running attempt has logged, by trial id. What runs no more is forgotten. */
  of(trials: readonly TrialStatus[]): ReadonlyMap<string, readonly StepLoss[]> {
    const running = trials.filter(({ state }) => state === "running").map(({ trialId }) => trialId);
    for (const id of this.#readings.keys()) if (!running.includes(id)) this.#readings.delete(id);
    return new Map(running.map((id) => [id, this.#read(id)]));
  }

  /** The logs that were read last. */
  files(): string[] {
    return [...this.#readings.values()].map(({ file }) => file);
  }

  #read(id: string): readonly StepLoss[] {
    const attempt = this.#store.attempts(id).at(-1);
    if (attempt === undefined) return [];
    const file = logFile(attempt.folder);
    let reading = this.#readings.get(id);
    if (reading?.file !== file) {
      reading = { file, decoder: new StringDecoder("utf8"), losses: [], read: 0, cut: "" };
      this.#readings.set(id, reading);
    }
    readOn(reading);
    return reading.losses;
  }
}

function readOn(reading: Reading): void {
  let descriptor: number;
  try {
    descriptor = openRegularFile(reading.file);
  } catch {
    return; // not there yet, or no more: nothing that counts is in it
  }
  try {
    const bytes = Buffer.alloc(chunkBytes);
    for (;;) {
      const count = readSync(descriptor, bytes, 0, bytes.length, reading.read);
      if (count === 0) return;
      reading.read += count;
      const lines = (reading.cut + reading.decoder.write(bytes.subarray(0, count))).split("\n");
      reading.cut = lines.pop()!;
      for (const line of lines) reading.losses.push(...lossIn(line));
    }
  } finally {
    closeSync(descriptor);
  }
}

function lossIn(line: string): StepLoss[] {
  try {
    const { kind, step, loss } = JSON.parse(line);
    return kind === "step" && typeof step === "number" && Number.isFinite(loss) ? [[step, loss]] : [];
  } catch {
    return []; // a kill may cut a line
  }
}
