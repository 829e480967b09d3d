/**
 * Worker program, one process per job: `node worker.js '<Job as JSON>'`.
 *
 * Commits are synchronous: no signal can cut one in half.
 *
 * Exit codes: 0 done; 1 failed, where another attempt may help; 2 wrong input or no runtime; 75 interrupted. The parent
 * quotes the output.
 */
import { isInputError, machineErrorCode } from "@lorank/core";
import type { ProgressEvent } from "../plan/events.ts";
import type { Job, WorkerMessage } from "../plan/job.ts";
import { learnDigests, onNewDigests } from "../store/file-digests.ts";
import { CommandError, endCommand, wasInterrupted } from "../trainers/run-process.ts";
import { cutAdapter, evaluateBase, interruptedCode, measure, scoreAdapter, trainTrial } from "./jobs.ts";

const stopping = new AbortController();

/**
 * Interrupts the job: a user's command may end on its own, a trial of this engine may save a checkpoint; others exit at
 * once.
 */
function interrupt(): void {
  stopping.abort();
  if (!endCommand("SIGTERM")) process.exit(interruptedCode);
}

// SIGHUP and SIGUSR1 reach the whole group; the latter would start Node's debugger.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1"] as const) process.on(signal, interrupt);
// SIGQUIT comes shortly before SIGKILL, which would leave a user's command running.
process.on("SIGQUIT", () => {
  endCommand("SIGKILL");
  process.exit(interruptedCode);
});
// The parent is gone; a resumed sweep starts this job again.
process.on("disconnect", interrupt);
if (process.send !== undefined && !process.connected) process.exit(interruptedCode); // the parent ended while this was loading
try {
  await run(JSON.parse(process.argv[2] ?? "") as Job);
  process.exit(0); // a runtime's idle threads must not keep the process
} catch (error) {
  if (wasInterrupted()) process.exit(interruptedCode);
  const isFinal = isForGood(error);
  console.error(isFinal ? `${error.code}: ${error.message}` : isOthers(error) ? error.message : error);
  process.exit(isFinal ? 2 : 1);
}

/** True for errors another attempt would repeat: wrong input, or no runtime. */
function isForGood(error: unknown): error is Error & { readonly code: string } {
  const { code } = error as { readonly code?: unknown };
  const isInput = isInputError(error) && machineErrorCode(error) === undefined;
  return isInput || (error instanceof Error && code === "E_RUNTIME_MISSING");
}

/** True for an error from a user's command or the file system, whose message is enough. */
function isOthers(error: unknown): error is Error {
  const { code } = error as { readonly code?: unknown };
  return error instanceof CommandError || (error instanceof Error && /^E[A-Z]+$/.test(String(code)));
}

async function run(job: Job): Promise<void> {
  const { trialId } = job;
  const onEvent = (event: ProgressEvent): void => tellParent({ trialId, event });
  learnDigests(job.digests ?? []);
  onNewDigests((digests) => tellParent({ digests }));
  switch (job.kind) {
    case "train":
      return trainTrial(job, job, onEvent, stopping.signal);
    case "evaluate":
      return scoreAdapter(job, trialId, job.test);
    case "base":
      return evaluateBase(job, trialId);
    case "truncate":
      return cutAdapter(job, trialId, job.ranks);
    case "measure":
      return measure(job, job, onEvent);
  }
}

function tellParent(message: WorkerMessage): void {
  // Errors of a closing channel go to the callback; "disconnect" deals with them.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}
