import { existsSync } from "node:fs";
import { join } from "node:path";
import { firstOf, InputError } from "@lorank/core";
import type { Work } from "../../plan/job.ts";
import { type Batch, endPath, openBatches, readTask, writeEnd } from "./batch.ts";
import {
  cancelTasks,
  complaint,
  isHeldAfterFailure,
  isLiving,
  type QueueEntry,
  readQueue,
  slurmCommand,
} from "./queue.ts";

export interface SlurmJob {
  readonly trialId: string;
  readonly kind: Work["kind"];
  /** Slurm job id with the task's index: `<array job>_<index>`. */
  readonly jobId: string;
  readonly state: "queued" | "running" | "held" | "ending";
  readonly slurmState: string;
  readonly node?: string;
  readonly reason?: string;
  /** Seconds until Slurm's time limit, if any, once running. */
  readonly secondsLeft?: number;
  /** Obstacle that keeps the job from starting, beyond waiting its turn. */
  readonly advice?: SlurmAdvice;
}

export interface SlurmAdvice {
  readonly words: string;
  /** Shell command that frees the task. */
  readonly command?: string;
}

const parts = ["", "search"];

/** Slurm jobs for a results folder's trials, from any machine that sees both. */
export class SlurmQueue {
  readonly #out: string;

  constructor(out: string) {
    this.#out = out;
  }

  /**
   * Lists waiting, running and ending jobs.
   *
   * @param signal ends slow commands.
   * @throws InputError `E_SLURM` where Slurm is not installed or the controller does not answer.
   */
  async jobs(signal?: AbortSignal): Promise<SlurmJob[]> {
    const found = await tasksInQueue(this.#out, signal);
    const nodes = found.some(({ entry }) => waitsForNodes(entry)) ? await lostNodes(signal) : [];
    return found.map(({ batch, entry }) => {
      const { trialId, kind } = readTask(batch, entry.index);
      const { jobId, state, node, reason, secondsLeft } = entry;
      const advice = adviceFor(entry, nodes);
      return {
        ...{ trialId, kind, jobId },
        state: stateOf(entry),
        slurmState: state,
        ...(node === undefined ? {} : { node }),
        ...(reason === "None" || reason === "" ? {} : { reason }),
        ...(secondsLeft === undefined ? {} : { secondsLeft }),
        ...(advice === undefined ? {} : { advice }),
      };
    });
  }

  /**
   * Cancels and returns these trials' jobs (default: all), which a running sweep will not resubmit. Throws as {@link
   * jobs}.
   */
  async cancel(trialIds?: readonly string[]): Promise<SlurmJob[]> {
    const jobs = (await this.jobs()).filter(({ trialId }) => trialIds?.includes(trialId) ?? true);
    const ids = new Set(jobs.map(({ jobId }) => jobId));
    const tasks = (await tasksInQueue(this.#out)).filter(({ entry }) => ids.has(entry.jobId));
    // Ends are written first, lest a driver takes the task for lost.
    for (const { batch, entry } of tasks)
      writeEnd(batch, entry.index, { reason: "its job was cancelled with lorank cancel", mayRetry: false });
    const end = await cancelTasks(
      tasks.map(({ entry }) => entry),
      "stop",
    );
    if (end.code !== 0) throw new InputError("E_SLURM", `scancel failed: ${complaint(end)}`);
    return jobs;
  }
}

async function tasksInQueue(
  out: string,
  signal?: AbortSignal,
): Promise<{ readonly batch: Batch; readonly entry: QueueEntry }[]> {
  const batches = parts.flatMap((part) => openBatches(join(out, part)));
  const queue = await readQueue(
    batches.map(({ name }) => name),
    signal,
  );
  if (queue === undefined)
    throw new InputError("E_SLURM", "Slurm's controller does not answer: what is queued cannot be told");
  const byName = new Map(batches.map((batch) => [batch.name, batch]));
  return [...queue.values()]
    .filter(isLiving)
    .map((entry) => ({ batch: byName.get(entry.name)!, entry }))
    .filter(({ batch, entry }) => isHeldAfterFailure(entry) || !existsSync(endPath(batch, entry.index)));
}

function stateOf(entry: QueueEntry): SlurmJob["state"] {
  if (isHeld(entry)) return "held";
  if (entry.state === "COMPLETING") return "ending";
  return ["PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_FED"].includes(entry.state) ? "queued" : "running";
}

function isHeld(entry: QueueEntry): boolean {
  return /held|hold/i.test(entry.reason) || /HOLD$|SPECIAL_EXIT/.test(entry.state);
}

function waitsForNodes({ state, reason }: QueueEntry): boolean {
  return state === "PENDING" && /node|resources|priority/i.test(reason);
}

interface LostNode {
  readonly name: string;
  readonly state: string;
  readonly reason: string;
}

async function lostNodes(signal: AbortSignal | undefined): Promise<LostNode[]> {
  const { stdout } = await slurmCommand("sinfo", ["--noheader", "--Node", "--format=%N|%T|%E"], signal);
  const nodes = stdout.split("\n").flatMap((line) => {
    const [name = "", state = "", ...reason] = line.trim().split("|");
    return /^(down|drain|fail)/.test(state) ? [{ name, state, reason: reason.join("|") }] : [];
  });
  return [...new Map(nodes.map((node) => [node.name, node])).values()];
}

/** Reason that a queued task does not start, and a command to free or cancel it where one helps; undefined if none. */
export function adviceFor(entry: QueueEntry, nodes: readonly LostNode[]): SlurmAdvice | undefined {
  const { jobId, reason } = entry;
  const release = `scontrol release ${jobId}`;
  if (isHeldAfterFailure(entry))
    return {
      words: "Slurm's controller went down while it started this job, and now holds it",
      command: release,
    };
  if (/^JobHeldUser/.test(reason)) return { words: "somebody holds this job", command: release };
  if (/^JobHeldAdmin/.test(reason))
    return { words: "an administrator holds this job, and can free it", command: release };
  if (isHeld(entry)) return { words: `Slurm holds this job (${reason})`, command: release };
  if (/^PartitionTimeLimit|^QOSMaxWall|^AssocMaxWall/.test(reason))
    return {
      words: "--time is longer than the partition, qos or account allows",
      command: `scontrol update jobid=${jobId} timelimit=<time>`,
    };
  if (/^(Assoc|QOS)/.test(reason))
    return { words: `the account or qos is at its limit (${reason}); it runs when earlier jobs have ended` };
  if (/^DependencyNeverSatisfied/.test(reason))
    return {
      words: "a job that it waits for failed, so it will never run",
      command: `scancel ${jobId}`,
    };
  if (/^BeginTime/.test(reason))
    return { words: "Slurm queued it again; it may start about 2 minutes after that" };
  if (waitsForNodes(entry) && nodes.length > 0) return adviceOnNodes(nodes);
  return undefined;
}

function adviceOnNodes(nodes: readonly LostNode[]): SlurmAdvice {
  const descriptions = nodes.map(
    ({ name, state, reason }) => `${name} is ${state}${reason === "none" ? "" : ` (${reason})`}`,
  );
  return {
    words: `${firstOf(descriptions, 3)}; an administrator can put a node back`,
    command: `scontrol update nodename=${nodes[0]!.name} state=resume`,
  };
}
