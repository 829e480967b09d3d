import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { writeFileAtomic } from "@lorank/checkpoint/files";
import { InputError } from "@lorank/core";
import type { Batch } from "./batch.ts";
import { complaint, isUnreachable, type QueueEntry, readQueue, slurmCommand } from "./queue.ts";

/** Slurm's own limit where it does not say. */
const usualArraySize = 1001;

/** How the wait for a controller is made: so long between two tries, what is said of it, and what ends it. */
export interface Patience {
  readonly pollSeconds: number;
  readonly say: (sentence: string) => void;
  readonly signal: AbortSignal;
}

/** The most tasks of one array job. */
export async function largestArray(): Promise<number> {
  const { stdout } = await slurmCommand("scontrol", ["show", "config"]);
  const size = Number(/^MaxArraySize\s*=\s*(\d+)/m.exec(stdout)?.[1] ?? usualArraySize);
  return Math.max(1, size - 1);
}

/**
 * Gives a batch that has been written to Slurm. Returns the id of its array job.
 *
 * A controller that does not answer is asked again. It may have taken the batch before it fell silent: so the queue is
 * asked first, and nothing is submitted twice.
 *
 * @throws InputError `E_SLURM` where Slurm refuses it; an AbortError when the wait is ended.
 */
export async function submitBatch(
  { name, folder }: Batch,
  args: readonly string[],
  patience: Patience,
): Promise<string> {
  for (;;) {
    const end = await slurmCommand("sbatch", args);
    const jobId =
      end.code === 0 ? /^\d+/.exec(end.stdout.trim())?.[0] : await jobNamed(name, end.stderr, patience);
    if (jobId !== undefined) {
      writeFileAtomic(join(folder, "job.json"), JSON.stringify({ jobId, name }));
      return jobId;
    }
    if (!isUnreachable(end)) throw new InputError("E_SLURM", `sbatch refused it: ${complaint(end)}`);
  }
}

/** After a submission without an answer: the job, should the controller have it. Waits until the controller answers. */
async function jobNamed(name: string, stderr: string, patience: Patience): Promise<string | undefined> {
  if (!isUnreachable({ code: 1, stdout: "", stderr })) return undefined;
  const [entry] = (await queueWhenThere([name], patience)).values();
  return entry?.jobId.split("_")[0];
}

/** Reads the queue, as soon as the controller answers. */
export async function queueWhenThere(
  names: readonly string[],
  { pollSeconds, say, signal }: Patience,
): Promise<Map<string, QueueEntry>> {
  for (;;) {
    const queue = await readQueue(names);
    if (queue !== undefined) return queue;
    say("Slurm's controller does not answer; the sweep goes on when it does");
    await delay(1000 * pollSeconds, undefined, { signal });
  }
}
