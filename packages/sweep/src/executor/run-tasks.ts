import { setMaxListeners } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { Work } from "../plan/job.ts";
import type { Executor, Submission, WorkEnd, WorkEvent } from "./executor.ts";
import { isStopping, type RunOptions, type StopSignals } from "./run-options.ts";

export interface TrialTask {
  readonly trialId: string;
  /** Job still to do, as the results folder shows; undefined when done. */
  readonly missing: () => Work | undefined;
  /** Start of an error message: "… after 3 attempts: <reason>". */
  readonly failure: string;
}

export type TaskEvent =
  | WorkEvent
  | ({ readonly trialId: string } & (
      | { readonly kind: "finished" }
      | { readonly kind: "retried"; readonly attempt: number; readonly reason: string }
      | { readonly kind: "failed"; readonly message: string }
    ));

export interface FailedTask {
  readonly trialId: string;
  readonly message: string;
}

/** Ended tasks, by trial id; tasks in neither list were interrupted or never started. */
export interface TasksOutcome {
  readonly finished: readonly string[];
  readonly failed: readonly FailedTask[];
}

/** Pause before a retry: faults may pass, and a Ctrl-C that ended the child reaches this process too. */
const retryDelayMs = 300;

/**
 * Runs tasks in order, each up to `maxAttempts` times.
 *
 * Only the results folder tells if a task is done: a process may commit and then crash. Earlier runs' attempts do not
 * count.
 */
export async function runTasks(
  executor: Executor,
  tasks: readonly TrialTask[],
  { signals, maxAttempts }: Pick<RunOptions, "signals" | "maxAttempts">,
  onEvent: (event: TaskEvent) => void,
): Promise<TasksOutcome> {
  const finished: string[] = [];
  const failed: FailedTask[] = [];
  const queue = [...tasks];
  // A listener that throws must not leave processes behind.
  const broken = new AbortController();
  const kill = AbortSignal.any([broken.signal, ...(signals.kill ? [signals.kill] : [])]);
  const guarded: StopSignals = { ...signals, kill };
  // Each running task adds a listener; a cluster has thousands. Node would warn.
  setMaxListeners(0, kill, ...(signals.stop ? [signals.stop] : []));
  const attempts = new Map<string, number>();

  function attempt(work: Work): Promise<WorkEnd> {
    const submission = executor.submit(work, (event) => {
      if (event.kind === "started") attempts.set(event.trialId, event.attempt);
      onEvent(event);
    });
    const stopWhereLeftOut = () => {
      if (signals.leftOut?.has(work.trialId)) submission.cancel("stop");
    };
    const forget = signals.leftOut?.onChange(stopWhereLeftOut);
    return untilEnd(submission, guarded).finally(() => forget?.());
  }
  function finish({ trialId }: TrialTask): void {
    finished.push(trialId);
    onEvent({ kind: "finished", trialId });
  }

  async function runOne(task: TrialTask): Promise<void> {
    const { trialId, missing, failure } = task;
    for (let tries = 1; ; tries++) {
      const work = missing();
      if (work === undefined) return finish(task);
      if (signals.leftOut?.has(trialId)) return;
      const { reason, mayRetry } = await attempt(work);
      if (missing() === undefined) return finish(task);
      const isLast = !mayRetry || tries >= maxAttempts;
      if (!isLast && !isStopping(guarded)) await delay(retryDelayMs);
      if (isStopping(guarded)) return;
      if (signals.leftOut?.has(trialId))
        return onEvent({ kind: "failed", trialId, message: "cancelled on request" });
      if (isLast) {
        const message = `${failure} after ${tries} ${tries === 1 ? "attempt" : "attempts"}: ${reason}`;
        failed.push({ trialId, message });
        return onEvent({ kind: "failed", trialId, message });
      }
      onEvent({ kind: "retried", trialId, attempt: attempts.get(trialId) ?? tries, reason });
    }
  }
  async function work(): Promise<void> {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (isStopping(guarded)) return;
      await runOne(next);
    }
  }

  const workers = Array.from({ length: Math.min(executor.capacity, queue.length) }, () =>
    work().catch((error: unknown) => {
      broken.abort();
      throw error;
    }),
  );
  await Promise.allSettled(workers);
  await Promise.all(workers);
  return { finished, failed };
}

export async function untilEnd({ ended, cancel }: Submission, { stop, kill }: StopSignals): Promise<WorkEnd> {
  const onStop = () => cancel("stop");
  const onKill = () => cancel("kill");
  stop?.addEventListener("abort", onStop);
  kill?.addEventListener("abort", onKill);
  try {
    return await ended;
  } finally {
    stop?.removeEventListener("abort", onStop);
    kill?.removeEventListener("abort", onKill);
  }
}
