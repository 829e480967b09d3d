/**
 * Slurm task program: `node slurm-task.js <batch folder> <most requeues> <task index>`.
 *
 * Runs the job by the local executor, and writes its end. USR1 warns of the time limit: a trial with `resume/` then
 * goes on in a new allocation.
 */
import { existsSync } from "node:fs";
import { SweepStore } from "../../store/store.ts";
import type { Submission, WorkEnd } from "../executor.ts";
import { localExecutor } from "../local-executor.ts";
import { endPath, hasResume, readTask, writeEnd, writeStart } from "./batch.ts";
import { complaint, slurmCommand } from "./queue.ts";

const interrupted = 75; // EX_TEMPFAIL of sysexits.h: try again later

/** Grace after USR1, Slurm's warning 120 seconds before the time limit. Slurm's clock may be off by 30 seconds. */
const warnedGraceMs = 90_000;
/** Grace after SIGTERM: by default Slurm kills after 30 seconds (KillWait). */
const terminatedGraceMs = 20_000;

const [folder = "", mostRequeues = "0", number = ""] = process.argv.slice(2);
const index = Number(number);
const batch = { name: "", folder };
const job = readTask(batch, index);
const store = new SweepStore(job.out);

let signal: "SIGUSR1" | "SIGTERM" | undefined;
let running: Submission | undefined;
// Unhandled, these signals would end this process.
process.on("SIGUSR1", () => receive("SIGUSR1"));
process.on("SIGTERM", () => receive("SIGTERM"));

process.exit(await run());

function receive(received: "SIGUSR1" | "SIGTERM"): void {
  signal = received;
  running?.cancel("stop");
  if (received === "SIGTERM") setTimeout(() => running?.cancel("kill"), terminatedGraceMs).unref();
}

async function run(): Promise<number> {
  // Slurm may restart an ended task after losing a node.
  if (existsSync(endPath(batch, index))) return 0;
  if (isDone()) return end({ reason: "the trial has a result", mayRetry: true });
  let attempt: number | undefined;
  try {
    const executor = localExecutor(job, { trialsAtOnce: 1, graceMs: warnedGraceMs });
    running = executor.submit(job, (event) => {
      if (event.kind === "started") attempt = event.attempt;
    });
  } catch (error) {
    return end({ reason: `the trial's process did not start: ${String(error)}`, mayRetry: true });
  }
  writeStart(batch, index, attempt);
  if (signal !== undefined) running.cancel("stop");
  const ended = await running.ended;
  if (isDone() || (signal === undefined && !ended.mayRetry)) return end(ended);
  if (signal === "SIGUSR1") return goOnLater(ended);
  // Slurm signals the trial's process too, which may end first.
  const state = await ownState();
  const isTakenAway = state === undefined ? signal === "SIGTERM" : state !== "RUNNING";
  if (isTakenAway) return interrupted;
  return signal === undefined ? end(ended) : goOnLater(ended);
}

/** Requeues the task if its trial has a checkpoint; else writes its end. Returns the exit code. */
async function goOnLater(ended: WorkEnd): Promise<number> {
  const why = signal === "SIGUSR1" ? "the time limit came near" : "Slurm ended the job";
  if (!hasResume(batch, index, store, job.trialId))
    return end(
      signal === "SIGUSR1"
        ? {
            reason: `${why}, and the trainer left no resume/ to go on from; use a longer --time`,
            mayRetry: false,
          }
        : { reason: `${why}: ${ended.reason}`, mayRetry: true },
    );
  const restarts = Number(process.env.SLURM_RESTART_COUNT ?? 0);
  if (restarts >= Number(mostRequeues))
    return end({ reason: `${why} after ${restarts} requeues; use a longer --time`, mayRetry: false });
  const requeued = await slurmCommand("scontrol", ["requeue", ownJobId()]);
  if (requeued.code === 0) return interrupted;
  return end({
    reason: `${why}, and Slurm would not start the job again: ${complaint(requeued)}`,
    mayRetry: true,
  });
}

/** Queue state of this task, not RUNNING if cancelled or requeued; undefined if unknown. */
async function ownState(): Promise<string | undefined> {
  const args = ["--noheader", "--array", `--jobs=${ownJobId()}`, "--format=%T"];
  const { code, stdout } = await slurmCommand("squeue", args).catch(() => ({ code: 1, stdout: "" }));
  return code === 0 ? stdout.trim() : undefined;
}

function ownJobId(): string {
  return `${process.env.SLURM_ARRAY_JOB_ID}_${index}`;
}

function isDone(): boolean {
  return job.kind === "train" && store.isDone(job.trialId);
}

function end(how: WorkEnd): number {
  writeEnd(batch, index, how);
  return 0;
}
