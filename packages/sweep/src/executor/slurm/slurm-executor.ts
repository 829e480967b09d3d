import { existsSync } from "node:fs";
import { join } from "node:path";
import { isInputError } from "@lorank/core";
import type { JobPlace, Work } from "../../plan/job.ts";
import { SweepStore } from "../../store/store.ts";
import { trainerOf } from "../../trainers/trainers.ts";
import type { Executor, StartExecutor, Submission, WorkEnd, WorkEvent } from "../executor.ts";
import { endPath, newBatch, openBatches, readTask } from "./batch.ts";
import type { LiveTask } from "./live-task.ts";
import { assertSlurmOptions, type SlurmOptions, slurmDefaults } from "./options.ts";
import { isLiving, largestArray, queueWhenThere, type RetryPolicy, submitBatch } from "./queue.ts";
import { type Submittal, submittal, writeBatch } from "./submittal.ts";
import { markOver, TaskWatcher } from "./task-watcher.ts";

/** Milliseconds in which submitted jobs are collected into one array job. */
const collectMs = 100;

const notSubmitted: WorkEnd = { reason: "it was not submitted", mayRetry: true };
const detached: WorkEnd = { reason: "its job was left in Slurm's queue", mayRetry: true };

interface StartSlurm extends StartExecutor {
  /**
   * Previews batch script, `argv` and sbatch's arguments; nothing is written. `threads` are per task. Throws InputError
   * `E_OUT`.
   */
  preview(place: { readonly out: string; readonly threads?: number }, tasks: number): Submittal;
}

/**
 * Slurm executor: runs jobs as tasks in array jobs. Nodes must see the results folder under the same path.
 *
 * Tasks queued by an earlier run are taken up. A kill cancels jobs; a stop does as `onStop` says.
 *
 * @throws InputError `E_SLURM_OPTIONS`; the function that it returns, `E_SLURM` where Slurm is not installed.
 */
export function slurmExecutor(options: SlurmOptions = {}): StartSlurm {
  assertSlurmOptions(options);
  const start: StartExecutor = async (place) => {
    const executor = new SlurmExecutor(place, options, await largestArray());
    await executor.takeUp();
    return executor;
  };
  const preview: StartSlurm["preview"] = ({ out, threads }, tasks) => {
    const name = "lorank-<time>-<random>";
    return submittal({ name, folder: join(out, "slurm", name) }, tasks, threads, options);
  };
  return Object.assign(start, { preview });
}

interface Collected {
  readonly work: Work;
  readonly handOver: (result: LiveTask | WorkEnd) => void;
  cancelled?: "stop" | "kill";
}

class SlurmExecutor implements Executor {
  /** No limit: work waits in Slurm's queue. */
  readonly capacity = 1_000_000;
  readonly #place: JobPlace;
  readonly #options: SlurmOptions;
  readonly #largestArray: number;
  readonly #watcher: TaskWatcher;
  readonly #retry: RetryPolicy;
  readonly #reported = new Set<string>();
  #collected: Collected[] = [];
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();
  readonly #closing = new AbortController();

  constructor(place: JobPlace, options: SlurmOptions, largest: number) {
    const { pollSeconds = slurmDefaults.pollSeconds } = options;
    const say = (sentence: string) => this.#sayOnce(sentence);
    this.#place = place;
    this.#options = options;
    this.#largestArray = largest;
    this.#retry = { pollSeconds, say, signal: this.#closing.signal };
    this.#watcher = new TaskWatcher(new SweepStore(place.out), pollSeconds, say);
  }

  async takeUp(): Promise<void> {
    const batches = openBatches(this.#place.out);
    const queue = await queueWhenThere(
      batches.map(({ name }) => name),
      this.#retry,
    );
    for (const batch of batches) {
      const entries = [...queue.values()].filter(
        (entry) => entry.name === batch.name && isLiving(entry) && !existsSync(endPath(batch, entry.index)),
      );
      for (const { index, jobId } of entries)
        this.#watcher.watch(batch, index, readTask(batch, index), jobId);
      // Without a job.json, the batch may be about to be submitted.
      if (entries.length === 0 && existsSync(join(batch.folder, "job.json"))) markOver(batch);
    }
    const { size } = this.#watcher;
    if (size > 0)
      this.#sayOnce(`Slurm has ${size} of the sweep's tasks already; they are not submitted again`);
  }

  submit(work: Work, onEvent: (event: WorkEvent) => void): Submission {
    const taken = this.#watcher.tasksOf(work);
    if (taken.length > 0) return this.#submission(Promise.resolve(taken), onEvent);
    let collected!: Collected;
    const submitted = new Promise<LiveTask | WorkEnd>((handOver) => {
      collected = { work, handOver };
    });
    this.#collected.push(collected);
    this.#timer ??= setTimeout(() => this.#flush(), collectMs);
    const tasks = submitted.then((one) => ("reason" in one ? one : [one]));
    return this.#submission(tasks, onEvent, collected);
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#closing.abort();
    for (const { handOver } of this.#collected.splice(0)) handOver(notSubmitted);
    await this.#flushing;
    this.#watcher.close();
  }

  #submission(
    submitted: Promise<readonly LiveTask[] | WorkEnd>,
    onEvent: (event: WorkEvent) => void,
    collected?: Collected,
  ): Submission {
    let tasks: readonly LiveTask[] | undefined;
    let detach!: (end: WorkEnd) => void;
    const left = new Promise<WorkEnd>((resolve) => {
      detach = resolve;
    });
    const done = submitted.then(async (value): Promise<WorkEnd> => {
      if ("reason" in value) return value;
      tasks = value;
      for (const task of tasks) task.listen(onEvent);
      const ends = await Promise.all(tasks.map(({ ended }) => ended));
      return ends.at(-1)!;
    });
    const cancel = (how: "stop" | "kill") => {
      const waiting = collected === undefined ? -1 : this.#collected.indexOf(collected);
      if (waiting >= 0) {
        this.#collected.splice(waiting, 1);
        collected!.handOver(notSubmitted);
      } else if (how === "stop" && this.#options.onStop !== "cancel") {
        this.#sayOnce(
          "The jobs go on in Slurm. The same command takes them up again; `lorank cancel` ends them",
        );
        detach(detached);
      } else if (tasks === undefined) {
        if (collected !== undefined) collected.cancelled = how;
      } else for (const task of tasks) this.#watcher.cancel(task, how);
    };
    return { ended: Promise.race([done, left]), cancel };
  }

  #flush(): void {
    this.#timer = undefined;
    const collected = this.#collected.splice(0);
    this.#flushing = this.#flushing.then(() => this.#submitAll(collected));
  }

  async #submitAll(collected: readonly Collected[]): Promise<void> {
    let after: string | undefined;
    for (let from = 0; from < collected.length; from += this.#largestArray) {
      const part = collected.slice(from, from + this.#largestArray);
      try {
        after = await this.#submitArray(part, this.#options.parallel === undefined ? undefined : after);
      } catch (error) {
        const mayRetry = !isInputError(error);
        for (const { handOver } of part) handOver({ reason: (error as Error).message, mayRetry });
      }
    }
  }

  async #submitArray(part: readonly Collected[], after: string | undefined): Promise<string> {
    const batch = newBatch(this.#place.out);
    const { threads } = trainerOf(this.#place).processes(this.#place);
    const prepared = submittal(batch, part.length, threads, this.#options, after);
    writeBatch(
      batch,
      this.#place,
      part.map(({ work }) => work),
      prepared,
    );
    const jobId = await submitBatch(batch, prepared.arguments, this.#retry);
    for (const [index, { work, handOver, cancelled }] of part.entries()) {
      const task = this.#watcher.watch(batch, index, work, `${jobId}_${index}`);
      handOver(task);
      if (cancelled !== undefined) this.#watcher.cancel(task, cancelled);
    }
    return jobId;
  }

  /** Reports a sentence the first time only. */
  #sayOnce(sentence: string): void {
    if (this.#reported.has(sentence)) return;
    this.#reported.add(sentence);
    this.#options.report?.(sentence);
  }
}
