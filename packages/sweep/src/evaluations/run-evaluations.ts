import { dirname } from "node:path";
import { makeFolder } from "@lorank/checkpoint";
import { describeEnd } from "../executor/describe-exit.ts";
import type { LocalExecutorOptions } from "../local-executor.ts";
import { isStopping, startProgram, untilEnd } from "../start-program.ts";
import type { SweepStore } from "../store/store.ts";
import type { AskedEvaluation, EvaluationJob } from "./evaluation-job.ts";

/** Evaluations of one finished trial's adapter. */
export interface WantedEvaluation {
  readonly trialId: string;
  /** What is not there yet; undefined when all is. */
  readonly missing: () => AskedEvaluation | undefined;
  /** For what the process prints. */
  readonly outputFile: string;
  /** What could not be done when it fails: completes "its adapter could not be …". */
  readonly what: string;
}

/** How evaluations are executed. */
export type EvaluationOptions = Pick<
  LocalExecutorOptions,
  "resources" | "trialsAtOnce" | "maxAttempts" | "signal" | "killSignal"
>;

/** A trial whose adapter could not be evaluated, and why. */
export interface FailedEvaluation {
  readonly trialId: string;
  readonly message: string;
}

/** Evaluates what is missing, each trial's in a process of its own. Stops early when it is asked to. */
export async function runEvaluations<Wanted extends WantedEvaluation>(
  store: SweepStore,
  wanted: readonly Wanted[],
  options: EvaluationOptions,
  onDone: (wanted: Wanted) => void,
): Promise<FailedEvaluation[]> {
  const queue = wanted.filter((one) => one.missing() !== undefined);
  const failed: FailedEvaluation[] = [];
  async function work(): Promise<void> {
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
      if (isStopping(options)) return;
      const message = await runOne(store, one, options);
      if (isStopping(options)) return;
      if (message === undefined) onDone(one);
      else failed.push({ trialId: one.trialId, message });
    }
  }
  await Promise.all(Array.from({ length: Math.min(options.trialsAtOnce, queue.length) }, work));
  return failed;
}

/** The reason of the last try, or nothing where all are there. */
async function runOne(
  store: SweepStore,
  { trialId, missing, outputFile, what }: WantedEvaluation,
  { resources, maxAttempts, signal, killSignal }: EvaluationOptions,
): Promise<string | undefined> {
  makeFolder(dirname(outputFile));
  for (let tries = 1; ; tries++) {
    const asked = missing();
    if (asked === undefined) return undefined;
    const job: EvaluationJob = { ...resources, out: store.out, trialId, asked };
    const end = await untilEnd(startProgram("evaluation-process", job, outputFile), { signal, killSignal });
    if (missing() === undefined) return undefined;
    const reason = describeEnd(end, outputFile, "the process that evaluates it");
    if (end.code === 2 || tries >= maxAttempts || isStopping({ signal, killSignal }))
      return `its adapter could not be ${what} after ${tries} ${tries === 1 ? "attempt" : "attempts"}: ${reason}`;
  }
}
