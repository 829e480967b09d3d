import { dirname, join } from "node:path";
import { makeFolder } from "@lorank/checkpoint/disk";
import type { Environment } from "../child-environment.ts";
import { throttleEvents } from "../plan/events.ts";
import type { JobPlace, TrialToMeasure, Work, WorkerMessage } from "../plan/job.ts";
import { logEnd, outputFile } from "../store/attempt-log.ts";
import { type Attempt, SweepStore } from "../store/store.ts";
import { trainerOf } from "../trainers/trainers.ts";
import { describeEnd } from "./describe-exit.ts";
import type { Executor, ExecutorOptions, Submission, WorkEvent } from "./executor.ts";
import { startWorker } from "./worker-process.ts";

export class DevicePool {
  readonly #processes: Map<string, number>;

  constructor(devices: readonly string[]) {
    this.#processes = new Map(devices.map((device) => [device, 0]));
  }

  take(): string | undefined {
    const [device] = [...this.#processes].toSorted(([, a], [, b]) => a - b)[0] ?? [];
    if (device !== undefined) this.#processes.set(device, this.#processes.get(device)! + 1);
    return device;
  }

  giveBack(device: string | undefined): void {
    if (device !== undefined) this.#processes.set(device, this.#processes.get(device)! - 1);
  }
}

/**
 * GPU choice for a child process, as environment variables. `cuda:1` becomes the only visible GPU, so that any
 * trainer's `cuda` is right. Numbers count within `CUDA_VISIBLE_DEVICES`.
 */
export function deviceEnvironment(device: string | undefined, own: Environment): Environment {
  if (device === undefined) return {};
  const number = /^cuda:(\d+)$/.exec(device)?.[1];
  if (number === undefined) return { LORANK_DEVICE: device };
  const visible = own.CUDA_VISIBLE_DEVICES ? own.CUDA_VISIBLE_DEVICES.split(",") : [];
  return { LORANK_DEVICE: device, CUDA_VISIBLE_DEVICES: visible[Number(number)]?.trim() ?? number };
}

const defaultGraceMs = 5_000;
/** Milliseconds from SIGQUIT to SIGKILL: the worker kills the user's command first. */
const lastWordMs = 500;

const processOf: Record<(Work | TrialToMeasure)["kind"], string> = {
  train: "the trial's process",
  evaluate: "the process that evaluates it",
  base: "the process that evaluates it",
  truncate: "the process that evaluates it",
  measure: "its process",
};

export interface LocalOptions extends ExecutorOptions {
  /** Milliseconds from a stop request to a kill. (default 5000; for a user's command, a minute more) */
  readonly graceMs?: number;
  /** Devices such as `cuda:0`, one per concurrent process, in place of `trialsAtOnce`. (default: none are assigned) */
  readonly devices?: readonly string[];
  /** Least milliseconds between forwarded training steps, or evaluation events. (default: all are) */
  readonly eventMs?: number;
}

export interface LocalExecutor extends Executor {
  submit(work: Work | TrialToMeasure, onEvent: (event: WorkEvent) => void): Submission;
}

/** Local executor: runs work in child processes on this machine. */
export function localExecutor(place: JobPlace, options: LocalOptions): LocalExecutor {
  const store = new SweepStore(place.out);
  const needs = trainerOf(place).processes(place);
  const { trialsAtOnce, graceMs = defaultGraceMs + needs.graceMs, devices = [], eventMs = 0 } = options;
  const pool = new DevicePool(devices);
  return {
    capacity: devices.length > 0 ? devices.length : trialsAtOnce,
    submit(work, onEvent) {
      const attempt = work.kind === "train" ? store.claimAttempt(work.trialId) : undefined;
      const printed = outputFileOf(store, work, attempt);
      makeFolder(dirname(printed));
      const device = pool.take();
      const job = { ...place, ...work, ...(attempt && { attempt: attempt.number }) };
      const { child, ended } = startWorker(job, printed, deviceEnvironment(device, process.env));
      const { trialId } = work;
      const pass = throttleEvents(eventMs, (event) => onEvent({ kind: "progress", trialId, event }));
      child.on("message", (message: WorkerMessage) => {
        if ("event" in message) pass(message.event);
      });
      if (attempt) onEvent({ kind: "started", trialId, attempt: attempt.number });
      let grace: NodeJS.Timeout | undefined;
      let isCancelled = false;
      const submission: Submission = {
        ended: ended.then((end) => {
          clearTimeout(grace);
          pool.giveBack(device);
          const reason = describeEnd(end, printed, processOf[work.kind]);
          try {
            const interrupted = isCancelled ? ({ interrupted: true } as const) : {};
            if (attempt) logEnd(attempt.folder, { kind: "ended", reason, ...interrupted });
          } catch {
            // A full disk may refuse this line too; the reason is returned all the same.
          }
          return { reason, mayRetry: end.code !== 2 };
        }),
        cancel(how) {
          isCancelled = true;
          const kill = (): void => {
            child.kill("SIGQUIT");
            grace = setTimeout(() => child.kill("SIGKILL"), lastWordMs);
          };
          clearTimeout(grace);
          if (how === "kill") return kill();
          child.kill("SIGTERM");
          grace = setTimeout(kill, graceMs);
        },
      };
      return submission;
    },
  };
}

function outputFileOf(store: SweepStore, work: Work | TrialToMeasure, attempt: Attempt | undefined): string {
  switch (work.kind) {
    case "train":
      return outputFile(attempt!.folder);
    case "evaluate":
      return store.testRunPath(work.test.sha256, work.trialId).replace(/json$/, "txt");
    case "base":
    case "truncate":
      return join(dirname(store.truncationPath(work.trialId, 0)), "output.txt");
    case "measure":
      return join(dirname(work.resultFile), "output.txt");
  }
}
