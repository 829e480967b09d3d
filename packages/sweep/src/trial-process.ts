/**
 * The program of a trial's own process: `node trial-process.js '<TrialJob as JSON>'`.
 *
 * One trial, one process: memory, threads and devices come back to the machine when it ends, however it ends. A commit
 * is synchronous from start to end, so no signal can cut one in half; interrupted, the trial is as it was before.
 */
import { runChildProgram } from "./child-program.ts";
import { runTrialJob, type TrialJob, type TrialMessage } from "./trial-job.ts";

await runChildProgram<TrialJob>((job) =>
  runTrialJob(job, (event, trialId) => tellParent({ kind: "event", trialId, event })),
);

function tellParent(message: TrialMessage): void {
  // The callback takes the error of a channel that closes meanwhile; "disconnect" deals with that.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}
