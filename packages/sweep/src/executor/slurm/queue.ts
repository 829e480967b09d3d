import { execFile } from "node:child_process";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { writeFileAtomic } from "@lorank/checkpoint/disk";
import { InputError } from "@lorank/core";
import { ownEnvironment } from "../../child-environment.ts";
import { lastLines } from "../describe-exit.ts";
import type { Batch } from "./batch.ts";

export interface QueueEntry {
  readonly name: string;
  readonly index: number;
  readonly jobId: string;
  /** Slurm's job state, such as PENDING, RUNNING, COMPLETING, TIMEOUT. */
  readonly state: string;
  /** Slurm's reason for the state, such as `Resources` or `JobHeldUser`. */
  readonly reason: string;
  readonly node?: string;
  /** Seconds until the time limit, if any, once running. */
  readonly secondsLeft?: number;
}

interface CommandEnd {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const commandMs = 120_000;

/**
 * Runs a Slurm command without a shell; the caller judges its end. Aborting `signal` fails it.
 *
 * @throws InputError `E_SLURM` where it is not installed.
 */
export async function slurmCommand(
  program: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<CommandEnd> {
  return new Promise((resolve, reject) => {
    const env = ownEnvironment(process.env); // sbatch gives its environment to the job
    const options = { timeout: commandMs, maxBuffer: 256 * 2 ** 20, signal, env };
    execFile(program, [...args], options, (error, stdout, stderr) => {
      if (error === null) return resolve({ code: 0, stdout, stderr });
      if (error.code === "ENOENT") return reject(notInstalled(program));
      const code = typeof error.code === "number" ? error.code : 1;
      resolve({ code, stdout, stderr: stderr === "" ? error.message : stderr });
    });
  });
}

function notInstalled(program: string): InputError {
  return new InputError(
    "E_SLURM",
    `${program} was not found\nRun this where Slurm's commands are, such as a login node of the cluster.`,
  );
}

/** True when the controller did not answer: a retry may succeed. */
export function isUnreachable({ stderr }: CommandEnd): boolean {
  return /unable to contact|timed out|connection (refused|reset)|connect failure|zero bytes|communication|temporarily|try again|not responding|not connected|protocol authentication/i.test(
    stderr,
  );
}

export function complaint({ stderr, stdout }: CommandEnd): string {
  return lastLines(stderr.trim() === "" ? stdout : stderr).replace(/\s*\n\s*/g, "; ");
}

/** Reads the named batches' tasks by `<name>/<index>`, just ended ones too. Undefined without an answer. */
export async function readQueue(
  names: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, QueueEntry> | undefined> {
  if (names.length === 0) return new Map();
  const own = `--name=${names.join(",")}`;
  const args = ["--noheader", "--array", "--states=all", own, "--format=%i|%T|%L|%N|%j|%r"];
  const end = await slurmCommand("squeue", args, signal);
  if (end.code === 0) return parseQueue(end.stdout, names);
  if (isUnreachable(end)) return undefined;
  throw new InputError("E_SLURM", `squeue failed: ${complaint(end)}`);
}

/** Parses `squeue`'s output. Only the last field, the reason, may contain the separator. */
export function parseQueue(text: string, names: readonly string[]): Map<string, QueueEntry> {
  const own = new Set(names);
  const entries = new Map<string, QueueEntry>();
  for (const line of text.split("\n")) {
    const [id = "", state = "", left = "", node = "", name = "", ...reason] = line.trim().split("|");
    const index = /_(\d+)$/.exec(id)?.[1];
    if (index === undefined || !own.has(name)) continue;
    const secondsLeft = secondsOf(left);
    entries.set(`${name}/${index}`, {
      name,
      index: Number(index),
      jobId: id,
      state,
      reason: reason.join("|"),
      ...(node === "" ? {} : { node }),
      ...(secondsLeft === undefined ? {} : { secondsLeft }),
    });
  }
  return entries;
}

/** Seconds from `[days-][hours:]minutes:seconds`; undefined for UNLIMITED, INVALID and NOT_SET. */
function secondsOf(text: string): number | undefined {
  const parts = /^(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+)$/.exec(text);
  if (parts === null) return undefined;
  const [days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0));
  return ((days! * 24 + hours!) * 60 + minutes!) * 60 + seconds!;
}

const living = new Set([
  "PENDING",
  "RUNNING",
  "SUSPENDED",
  "COMPLETING",
  "CONFIGURING",
  "STAGE_OUT",
  "STOPPED",
  "RESIZING",
  "SIGNALING",
  "REQUEUED",
  "REQUEUE_FED",
  "REQUEUE_HOLD",
  "RESV_DEL_HOLD",
  "SPECIAL_EXIT",
]);

/** True for a task that will run, runs, or is about to end. */
export function isLiving({ state }: QueueEntry): boolean {
  return living.has(state);
}

/** True for a task on hold after a failed launch: the controller was killed meanwhile. The task may even have run. */
export function isHeldAfterFailure({ reason }: QueueEntry): boolean {
  return /launch failed requeued held/i.test(reason.replaceAll("_", " "));
}

/** Task to cancel, by job id and batch name: a controller that lost its memory reuses ids. */
type CancelledTask = Pick<QueueEntry, "name" | "jobId">;

export async function cancelTasks(
  tasks: readonly CancelledTask[],
  how: "stop" | "kill",
): Promise<CommandEnd> {
  let last: CommandEnd = { code: 0, stdout: "", stderr: "" };
  for (const name of new Set(tasks.map((task) => task.name))) {
    const own = tasks.filter((task) => task.name === name);
    const which = [`--name=${name}`, ...own.map(({ jobId }) => jobId)];
    // SIGKILL alone leaves waiting tasks; scancel alone leaves running tasks 30 seconds.
    if (how === "kill") await slurmCommand("scancel", ["--signal=KILL", "--full", ...which]);
    last = await slurmCommand("scancel", which);
    if (last.code !== 0) return last;
  }
  return last;
}

/** Array size limit (MaxArraySize) where Slurm's configuration gives none. */
const defaultArraySize = 1001;

/** Retry policy for Slurm commands: every `pollSeconds` while the controller does not answer, until the signal. */
export interface RetryPolicy {
  readonly pollSeconds: number;
  readonly say: (sentence: string) => void;
  readonly signal: AbortSignal;
}

export async function largestArray(): Promise<number> {
  const { stdout } = await slurmCommand("scontrol", ["show", "config"]);
  const size = Number(/^MaxArraySize\s*=\s*(\d+)/m.exec(stdout)?.[1] ?? defaultArraySize);
  return Math.max(1, size - 1);
}

/**
 * Submits a written batch, and returns the array job's id. Slurm may have taken it before it stopped answering, so
 * retries read the queue first.
 *
 * @throws InputError `E_SLURM` where Slurm refuses it; an AbortError when the wait is ended.
 */
export async function submitBatch(
  { name, folder }: Batch,
  args: readonly string[],
  retry: RetryPolicy,
): Promise<string> {
  for (;;) {
    const end = await slurmCommand("sbatch", args);
    const isAway = isUnreachable(end);
    const [entry] = end.code !== 0 && isAway ? (await queueWhenThere([name], retry)).values() : [];
    const jobId = end.code === 0 ? /^\d+/.exec(end.stdout.trim())?.[0] : entry?.jobId.split("_")[0];
    if (jobId !== undefined) {
      writeFileAtomic(join(folder, "job.json"), JSON.stringify({ jobId, name }));
      return jobId;
    }
    if (!isAway) throw new InputError("E_SLURM", `sbatch refused it: ${complaint(end)}`);
  }
}

export async function queueWhenThere(
  names: readonly string[],
  { pollSeconds, say, signal }: RetryPolicy,
): Promise<Map<string, QueueEntry>> {
  for (;;) {
    const queue = await readQueue(names);
    if (queue !== undefined) return queue;
    say("Slurm's controller does not answer; the sweep goes on when it does");
    await delay(1000 * pollSeconds, undefined, { signal });
  }
}
