/**
 * The program of a trial's own process: `node trial-process.js '<TrialJob as JSON>'`.
 *
 * One trial, one process: memory, threads and devices come back to the machine when it ends, however it ends.
 *
 * Exit codes: 0 the trial has a result, 1 failed (another attempt may help), 2 the input is wrong (it will not),
 * 75 interrupted (the trial is as it was before).
 */
import { isInputError } from "@lorank/core";
import { runTrialJob, type TrialJob, type TrialMessage } from "./trial-job.ts";

const interrupted = 75; // EX_TEMPFAIL of sysexits.h: try again later

// A commit is synchronous from start to end, so none of these can cut one in half.
process.on("SIGINT", () => process.exit(interrupted));
process.on("SIGTERM", () => process.exit(interrupted));
// The parent is gone, perhaps by SIGKILL: nobody waits for this trial, and whoever resumes the sweep starts it again.
process.on("disconnect", () => process.exit(interrupted));
if (process.send !== undefined && !process.connected) process.exit(interrupted); // it went while we were loading

try {
  const job = JSON.parse(process.argv[2] ?? "") as TrialJob;
  await runTrialJob(job, (event, trialId) => tellParent({ kind: "event", trialId, event }));
  process.exit(0); // a runtime's idle threads must not keep the process
} catch (error) {
  // To the attempt's output file; the parent quotes its end.
  console.error(isInputError(error) ? `${error.code}: ${error.message}` : error);
  process.exit(isInputError(error) ? 2 : 1);
}

function tellParent(message: TrialMessage): void {
  // The callback takes the error of a channel that closes meanwhile; "disconnect" deals with that.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}
