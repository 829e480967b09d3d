import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { TrialEvent } from "@lorank/train";
import { describeEnd } from "./executor/describe-exit.ts";
import { isStopping, type StopSignals, startProgram, untilEnd } from "./start-program.ts";
import type { Attempt, SweepStore } from "./store/store.ts";
import type { TrialJob, TrialMessage } from "./trial-job.ts";

/** What happens to a trial while it is being executed. */
export type ExecutorEvent = { readonly trialId: string } & (
  | { readonly kind: "started"; readonly attempt: number }
  | { readonly kind: "progress"; readonly event: TrialEvent }
  | { readonly kind: "finished" }
  | { readonly kind: "retried"; readonly attempt: number; readonly reason: string }
  | { readonly kind: "failed"; readonly message: string }
);

/** `signal` aborted: start nothing more and ask the running trials to end; `killSignal`: kill them. */
export interface LocalExecutorOptions extends StopSignals {
  /** Trials to run, in this order. */
  readonly ids: readonly string[];
  readonly resources: Omit<TrialJob, "out" | "trialId" | "attempt" | "packedWith">;
  /** Processes side by side. */
  readonly trialsAtOnce: number;
  /** Trials that share a process and its base. (default 1) */
  readonly pack?: number;
  /** Starts of one trial within this run before it counts as failed. */
  readonly maxAttempts: number;
  readonly onEvent: (event: ExecutorEvent) => void;
}

/** Ids by how they ended. Those in neither list were interrupted or never started. */
export interface ExecutorOutcome {
  readonly finished: readonly string[];
  readonly failed: readonly { readonly trialId: string; readonly message: string }[];
}

/** Before another attempt: time for a passing trouble to pass, and for a Ctrl-C that hit the child first to reach us. */
const retryDelayMs = 300;

/**
 * Runs trials on this machine, each in a process of its own, `trialsAtOnce` side by side; or so many packs, each in one.
 * What a pack's process leaves without a result is started again trial by trial, as if it had not been packed: so a trial
 * that brings its process down takes the others with it once and no more.
 *
 * Only the results folder says whether a trial is done: a process that commits and then crashes has finished, one
 * that exits with 0 and no result has not. Attempts of earlier runs do not count towards `maxAttempts`, so a sweep
 * that was killed many times can still be resumed.
 */
export async function runLocally(store: SweepStore, options: LocalExecutorOptions): Promise<ExecutorOutcome> {
  const finished: string[] = [];
  const failed: { trialId: string; message: string }[] = [];
  const queue = [...options.ids];
  // A listener that throws ends the run; the other trials must not outlive it.
  const broken = new AbortController();
  const killSignal = AbortSignal.any([broken.signal, ...(options.killSignal ? [options.killSignal] : [])]);
  const guarded = { ...options, killSignal };

  async function work(): Promise<void> {
    while (!isStopping(guarded)) {
      const pack = queue.splice(0, options.pack ?? 1);
      if (pack.length === 0) return;
      const left = pack.length > 1 ? await runPack(store, pack, guarded) : pack;
      finished.push(...pack.filter((id) => !left.includes(id)));
      for (const id of left) {
        if (isStopping(guarded)) return;
        const end = await runOne(store, id, guarded);
        if (end.kind === "finished") finished.push(id);
        if (end.kind === "failed") failed.push({ trialId: id, message: end.message });
      }
    }
  }
  const workers = Array.from({ length: Math.min(options.trialsAtOnce, queue.length) }, () =>
    work().catch((error: unknown) => {
      broken.abort();
      throw error;
    }),
  );
  await Promise.allSettled(workers);
  await Promise.all(workers);
  return { finished, failed };
}

type TrialEnd = { kind: "finished" } | { kind: "interrupted" } | { kind: "failed"; message: string };

/** One attempt at each trial of a pack. Returns those that have no result after it. */
async function runPack(
  store: SweepStore,
  ids: readonly string[],
  options: LocalExecutorOptions,
): Promise<string[]> {
  const { numbers, reason } = await runAttempt(store, ids, options);
  for (const [i, trialId] of ids.entries()) {
    if (store.isDone(trialId)) options.onEvent({ kind: "finished", trialId });
    else if (!isStopping(options))
      options.onEvent({ kind: "retried", trialId, attempt: numbers[i]!, reason });
  }
  return ids.filter((id) => !store.isDone(id));
}

async function runOne(store: SweepStore, trialId: string, options: LocalExecutorOptions): Promise<TrialEnd> {
  const { maxAttempts, onEvent } = options;
  for (let tries = 1; ; tries++) {
    const end = await runAttempt(store, [trialId], options);
    if (store.isDone(trialId)) {
      onEvent({ kind: "finished", trialId });
      return { kind: "finished" };
    }
    if (end.mayRetry && tries < maxAttempts && !isStopping(options)) await delay(retryDelayMs);
    if (isStopping(options)) return { kind: "interrupted" };
    if (!end.mayRetry || tries >= maxAttempts) {
      const message = `failed after ${tries} ${tries === 1 ? "attempt" : "attempts"}: ${end.reason}`;
      onEvent({ kind: "failed", trialId, message });
      return { kind: "failed", message };
    }
    onEvent({ kind: "retried", trialId, attempt: end.numbers[0]!, reason: end.reason });
  }
}

interface AttemptEnd {
  /** Of each trial's attempt. */
  readonly numbers: readonly number[];
  readonly reason: string;
  /** False where the input is wrong: it will be wrong again. */
  readonly mayRetry: boolean;
}

async function runAttempt(
  store: SweepStore,
  ids: readonly string[],
  { resources, signal, killSignal, onEvent }: LocalExecutorOptions,
): Promise<AttemptEnd> {
  const attempts = ids.map((id) => store.claimAttempt(id));
  const [first, ...others] = attempts as [Attempt, ...Attempt[]];
  const job: TrialJob = {
    ...resources,
    out: store.out,
    trialId: first.trialId,
    ...(others.length === 0
      ? {}
      : { packedWith: others.map(({ trialId, number }) => ({ trialId, attempt: number })) }),
  };
  const outputFile = join(first.folder, "output.txt");
  const program = startProgram("trial-process", { ...job, attempt: first.number }, outputFile);
  program.child.on("message", (message) => {
    const { trialId, event } = message as TrialMessage;
    onEvent({ kind: "progress", trialId, event });
  });
  for (const { trialId, number } of attempts) onEvent({ kind: "started", trialId, attempt: number });
  const end = await untilEnd(program, { signal, killSignal });
  const reason = describeEnd(end, outputFile);
  return { numbers: attempts.map(({ number }) => number), reason, mayRetry: end.code !== 2 };
}
