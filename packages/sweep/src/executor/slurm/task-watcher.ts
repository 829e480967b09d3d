import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "@lorank/checkpoint/disk";
import type { Work } from "../../plan/job.ts";
import type { SweepStore } from "../../store/store.ts";
import type { WorkEnd } from "../executor.ts";
import type { Batch } from "./batch.ts";
import { LiveTask } from "./live-task.ts";
import {
  cancelTasks,
  isHeldAfterFailure,
  isLiving,
  type QueueEntry,
  readQueue,
  slurmCommand,
} from "./queue.ts";

const filesMs = 2_000;

/** Poll interval in milliseconds while cancelled tasks have not ended. */
const cancelPollMs = 500;

/** Milliseconds after a task's written end, from which a queue still showing it is stale. */
const staleMs = 30_000;

/** Polls without the task in Slurm's queue, after which it is lost: its end file may be seen late. */
const enoughMisses = 2;

export class TaskWatcher {
  readonly #store: SweepStore;
  readonly #pollMs: number;
  readonly #say: (sentence: string) => void;
  readonly #live = new Map<string, LiveTask>();
  readonly #finishedAt = new Map<string, number>();
  readonly #toCancel = new Map<LiveTask, "stop" | "kill">();
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  #nextQueueAt = 0;
  #closed = false;

  constructor(store: SweepStore, pollSeconds: number, say: (sentence: string) => void) {
    this.#store = store;
    this.#pollMs = 1000 * pollSeconds;
    this.#say = say;
  }

  get size(): number {
    return this.#live.size;
  }

  watch(batch: Batch, index: number, work: Work, jobId: string): LiveTask {
    const task = new LiveTask(this.#store, batch, index, work, jobId);
    this.#live.set(task.key, task);
    this.#lookIn(Math.min(filesMs, this.#pollMs));
    return task;
  }

  tasksOf({ kind, trialId }: Work): LiveTask[] {
    return [...this.#live.values()].filter(({ work }) => work.kind === kind && work.trialId === trialId);
  }

  cancel(task: LiveTask, how: "stop" | "kill"): void {
    if (!this.#live.has(task.key) || task.cancelled === "kill") return;
    task.cancelled = how;
    this.#toCancel.set(task, how);
    this.#nextQueueAt = 0;
    this.#lookIn(0);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #lookIn(ms: number): void {
    if (this.#looking || this.#closed || this.#live.size === 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), ms);
  }

  async #look(): Promise<void> {
    this.#looking = true;
    const news: (() => void)[] = [];
    try {
      await this.#cancelRequested();
      const files = this.#readFiles(news);
      if (Date.now() >= this.#nextQueueAt) await this.#readQueue(files, news);
      await this.#cancelRequested();
    } catch (error) {
      // A file server or command fails for now; tasks do not depend on this process.
      this.#say(`Slurm's tasks could not be looked at: ${(error as Error).message}`);
    }
    this.#looking = false;
    const cancelling = [...this.#live.values()].some(({ cancelled }) => cancelled !== undefined);
    this.#lookIn(cancelling ? cancelPollMs : Math.min(filesMs, this.#pollMs));
    for (const tell of news) tell(); // outside `try`: a listener's error is not caught
  }

  #readFiles(news: (() => void)[]): Map<string, ReadonlySet<string>> {
    const files = new Map<string, ReadonlySet<string>>();
    for (const task of this.#live.values()) {
      const { batch, index } = task;
      if (!files.has(batch.name)) files.set(batch.name, new Set(readdirSync(join(batch.folder, "tasks"))));
      const names = files.get(batch.name)!;
      if (names.has(`${index}.end.json`)) this.#finish(task, task.writtenEnd(), news);
      else if (names.has(`${index}.started.json`)) this.#pass(task, news);
    }
    return files;
  }

  async #readQueue(files: ReadonlyMap<string, ReadonlySet<string>>, news: (() => void)[]): Promise<void> {
    const names = [...new Set([...this.#live.values()].map(({ batch }) => batch.name))];
    const queue = await readQueue(names);
    const cancelling = [...this.#live.values()].some(({ cancelled }) => cancelled !== undefined);
    this.#nextQueueAt = Date.now() + (cancelling ? cancelPollMs : this.#pollMs);
    if (queue === undefined)
      return this.#say("Slurm's controller does not answer; the sweep goes on when it does");
    for (const task of this.#live.values()) {
      const wasStarted = files.get(task.batch.name)?.has(`${task.index}.started.json`) === true;
      this.#judge(task, queue.get(task.key), wasStarted, news);
    }
    await this.#tidyQueue(queue);
  }

  #judge(task: LiveTask, entry: QueueEntry | undefined, wasStarted: boolean, news: (() => void)[]): void {
    if (entry !== undefined) task.entry = entry;
    if (entry !== undefined && isLiving(entry)) {
      task.timesMissed = 0;
      // Slurm may restart a finished task, as when a node was lost at its end.
      if (entry.state !== "PENDING" || !wasStarted || !task.isDone()) return;
      this.#toCancel.set(task, "stop");
      this.#finish(task, { reason: "the trial has a result", mayRetry: true }, news);
      return;
    }
    task.timesMissed++;
    if (task.timesMissed >= enoughMisses) this.#finish(task, task.endWithoutWord(), news);
    else this.#nextQueueAt = Date.now() + Math.min(filesMs, this.#pollMs);
  }

  /** Frees tasks after a killed controller: those it was starting, and ended tasks still shown as running. */
  async #tidyQueue(queue: ReadonlyMap<string, QueueEntry>): Promise<void> {
    const living = [...queue.entries()].filter(([, entry]) => isLiving(entry));
    const toRelease = living.filter(([, entry]) => isHeldAfterFailure(entry));
    for (const [key, { jobId }] of toRelease)
      if (this.#live.has(key)) await slurmCommand("scontrol", ["release", jobId]);
    const isStale = (key: string) =>
      Date.now() - (this.#finishedAt.get(key) ?? Number.POSITIVE_INFINITY) > staleMs;
    const stale = living.filter(
      ([key, entry]) => !this.#live.has(key) && (isHeldAfterFailure(entry) || isStale(key)),
    );
    await cancelTasks(
      stale.map(([, entry]) => entry),
      "stop",
    );
  }

  #pass(task: LiveTask, news: (() => void)[]): void {
    for (const event of task.news()) news.push(() => task.tell(event));
  }

  #finish(task: LiveTask, end: WorkEnd, news: (() => void)[]): void {
    this.#pass(task, news);
    this.#live.delete(task.key);
    this.#finishedAt.set(task.key, Date.now());
    news.push(() => task.settle(end));
    const isLast = ![...this.#live.values()].some(({ batch }) => batch.name === task.batch.name);
    if (isLast) markOver(task.batch);
  }

  async #cancelRequested(): Promise<void> {
    if (this.#toCancel.size === 0) return;
    const requests = [...this.#toCancel];
    this.#toCancel.clear();
    for (const how of ["stop", "kill"] as const) {
      const tasks = requests
        .filter(([, own]) => own === how)
        .map(([{ batch, jobId }]) => ({ name: batch.name, jobId }));
      const { code } = await cancelTasks(tasks, how);
      if (code === 0) continue;
      // The controller is away: living tasks are cancelled again.
      for (const [task, own] of requests)
        if (own === how && this.#live.has(task.key)) this.#toCancel.set(task, how);
    }
  }
}

export function markOver({ folder }: Batch): void {
  const file = join(folder, "over");
  if (!existsSync(file)) writeFileAtomic(file, "");
}
