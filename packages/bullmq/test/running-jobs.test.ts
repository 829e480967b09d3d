import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setImmediate as tick } from "node:timers/promises";
import type { JobPlace, Work, WorkEnd, WorkEvent } from "@lorank/sweep/executor";
import { WaitingError } from "bullmq";
import { describe, expect, test } from "vitest";
import { examplePlan } from "../../sweep/test/helpers/example.ts";
import { finishTrials, placeOf } from "../../sweep/test/helpers/finished.ts";
import type { BullmqJob } from "../src/queue.ts";
import { RunningJobs } from "../src/running-jobs.ts";
import { FakeQueue } from "./helpers/fake-queue.ts";
import { trialsOf } from "./helpers/queue-place.ts";

const exited: WorkEnd = { reason: "the trial's process exited with code 0", mayRetry: true };
const cancelled: WorkEnd = { reason: "its job was cancelled", mayRetry: false };

/** A process that the worker has started. */
interface Started {
  readonly place: JobPlace;
  readonly work: Work;
  readonly tell: (event: WorkEvent) => void;
  readonly end: (end: WorkEnd) => void;
  readonly cancels: ("stop" | "kill")[];
}

/** A worker whose processes are the test's. */
function worker({ lockMs = 400, hasPlace = true } = {}) {
  const fake = new FakeQueue();
  const { store, ids } = trialsOf(0, 1);
  const { out: _, ...place } = placeOf(store);
  const started: Started[] = [];
  const heard: WorkEvent[] = [];
  const said: string[] = [];
  const jobs = new RunningJobs(
    store.out,
    fake.name,
    {
      trialsAtOnce: 2,
      onEvent: (event) => heard.push(event),
      report: (words) => said.push(words),
      ...(hasPlace ? { place } : {}),
    },
    lockMs,
    fake.client,
    (at) => ({
      capacity: 1,
      submit(work, tell) {
        const cancels: Started["cancels"] = [];
        const ended = new Promise<WorkEnd>((end) => started.push({ place: at, work, tell, end, cancels }));
        return { ended, cancel: (how) => cancels.push(how) };
      },
    }),
  );
  return { fake, store, ids, started, heard, said, jobs };
}

function job(work: object, { id = "job-1", attemptsStarted = 1 } = {}) {
  const progress: unknown[] = [];
  const returned: string[] = [];
  const fields = {
    id,
    attemptsStarted,
    data: { folder: "", work },
    updateProgress: async (value: unknown) => void progress.push(value),
    moveToWait: async (token: string) => void returned.push(token),
  };
  return { ...fields, progress, returned, bullmq: fields as unknown as BullmqJob };
}
const train = (trialId: string) => ({ kind: "train", trialId });

describe("a job", () => {
  test("runs in a process at this machine's place, and its end is the process's", async () => {
    const { store, ids, started, jobs } = worker();
    const ended = jobs.run(job(train(ids[0]!)).bullmq, "token");
    await tick();
    expect(started).toMatchObject([{ work: train(ids[0]!), place: { out: store.out } }]);
    started[0]!.end(exited);
    expect(await ended).toEqual(exited);
  });

  test("tells all that is known each time, to the queue and to who asked", async () => {
    const { ids, started, heard, jobs } = worker();
    const one = job(train(ids[0]!));
    void jobs.run(one.bullmq, "token");
    await tick();
    const event = { kind: "resumed", step: 1, steps: 2 } as const;
    const events: WorkEvent[] = [
      { kind: "started", trialId: ids[0]!, attempt: 1 },
      { kind: "progress", trialId: ids[0]!, event },
    ];
    for (const told of events) started[0]!.tell(told);
    expect(one.progress).toEqual([
      { node: hostname(), attempt: 1 },
      { node: hostname(), attempt: 1, last: event },
    ]);
    expect(heard).toEqual(events);
  });

  test("tells the queue nothing while that cannot be reached", async () => {
    const { fake, ids, started, heard, jobs } = worker();
    const one = job(train(ids[0]!));
    void jobs.run(one.bullmq, "token");
    await tick();
    fake.status = "reconnecting";
    started[0]!.tell({ kind: "started", trialId: ids[0]!, attempt: 1 });
    expect([one.progress.length, heard.length]).toEqual([0, 1]);
  });

  test("that names no trial of the folder is refused for good, and the worker says why", async () => {
    const { started, said, jobs } = worker();
    const end = await jobs.run(job(train("a".repeat(64))).bullmq, "token");
    expect(end).toMatchObject({ mayRetry: false, reason: expect.stringContaining("a".repeat(64)) });
    expect(said).toEqual([`A job was refused: ${end.reason}`]);
    expect(started).toEqual([]);
  });

  test("that this machine cannot run may run on another", async () => {
    const { ids, said, jobs } = worker({ hasPlace: false });
    expect(await jobs.run(job(train(ids[0]!)).bullmq, "token")).toEqual({
      reason: "this worker has no model for the job, and no trainer's folder",
      mayRetry: true,
    });
    expect(said).toEqual([]);
  });

  test("whose trial is done is not run again; work that has no result is", async () => {
    const { ids, store, started, jobs } = worker();
    await finishTrials(store, examplePlan({ ranks: [2], seeds: [0] }).specs);
    const end = await jobs.run(job(train(ids[0]!)).bullmq, "token");
    expect(end).toEqual({ reason: "it was done before", mayRetry: true });
    void jobs.run(job({ kind: "base", trialId: ids[0]! }).bullmq, "token");
    await tick();
    expect(started.map(({ work }) => work.kind)).toEqual(["base"]);
  });

  test("that the queue gives a second time goes on in its process", async () => {
    const { ids, started, jobs } = worker();
    const twice = [1, 1].map(() => jobs.run(job(train(ids[0]!)).bullmq, "token"));
    await tick();
    expect(started).toHaveLength(1);
    started[0]!.end(exited);
    expect(await Promise.all(twice)).toEqual([exited, exited]);
  });
});

describe("a job that was cancelled", () => {
  test("before it began does not begin", async () => {
    const { fake, ids, started, jobs } = worker();
    fake.cancelled.set("job-1", "stop");
    expect(await jobs.run(job(train(ids[0]!)).bullmq, "token")).toEqual(cancelled);
    expect(started).toEqual([]);
  });

  test.each(["stop", "kill"] as const)("with %s ends its process so, once, and no other", async (how) => {
    const { fake, ids, started, jobs } = worker();
    const ends = ids.map((id, i) => jobs.run(job(train(id), { id: `job-${i}` }).bullmq, "token"));
    await tick();
    fake.cancelled.set("job-1", how);
    fake.cancelled.set("job-of-another-worker", how);
    await jobs.endCancelled();
    await jobs.endCancelled();
    expect(started.map(({ cancels }) => cancels)).toEqual([[], [how]]);
    for (const { end } of started) end(exited);
    expect(await Promise.all(ends)).toEqual([exited, cancelled]);
  });

  test("softly at first may be killed after", async () => {
    const { fake, ids, started, jobs } = worker();
    void jobs.run(job(train(ids[0]!)).bullmq, "token");
    await tick();
    for (const how of ["stop", "kill"]) {
      fake.cancelled.set("job-1", how);
      await jobs.endCancelled();
    }
    expect(started[0]!.cancels).toEqual(["stop", "kill"]);
  });

  test("is heard of again when the server answers again", async () => {
    const { fake, ids, started, jobs } = worker();
    void jobs.run(job(train(ids[0]!)).bullmq, "token");
    await tick();
    fake.cancelled.set("job-1", "stop");
    fake.status = "reconnecting";
    await jobs.endCancelled();
    expect(started[0]!.cancels).toEqual([]);
    fake.status = "ready";
    const { hgetall } = fake;
    fake.hgetall = async () => {
      throw new Error("Connection is closed");
    };
    await jobs.endCancelled();
    fake.hgetall = hgetall;
    await jobs.endCancelled();
    expect(started[0]!.cancels).toEqual(["stop"]);
  });
});

describe("a worker that ends", () => {
  test.each(["stop", "kill"] as const)(
    "with %s passes it on and returns its jobs to the queue",
    async (how) => {
      const { ids, started, jobs } = worker();
      const one = job(train(ids[0]!));
      const ended = jobs.run(one.bullmq, "token");
      await tick();
      jobs.end(how);
      expect(started[0]!.cancels).toEqual([how]);
      let hasEnded = false;
      void jobs.ended().then(() => {
        hasEnded = true;
      });
      await tick();
      expect(hasEnded).toBe(false);
      started[0]!.end(exited);
      await expect(ended).rejects.toThrow(WaitingError);
      expect(one.returned).toEqual(["token"]);
      await tick();
      expect(hasEnded).toBe(true);
    },
  );

  test("begins no other job, and returns it too", async () => {
    const { ids, started, jobs } = worker();
    jobs.end("stop");
    const one = job(train(ids[0]!));
    await expect(jobs.run(one.bullmq, "token")).rejects.toThrow(WaitingError);
    expect([started, one.returned]).toEqual([[], ["token"]]);
  });
});

describe("a job whose worker was lost", () => {
  /** The log that the lost worker's process wrote to so many milliseconds ago. */
  function logWritten(out: string, trialId: string, agoMs: number): string {
    const folder = join(out, "attempts", trialId, "1");
    mkdirSync(folder, { recursive: true });
    const log = join(folder, "log.jsonl");
    writeFileSync(log, "");
    const at = new Date(Date.now() - agoMs);
    utimesSync(log, at, at);
    return log;
  }
  const again = (id: string) => job(train(id), { attemptsStarted: 2 }).bullmq;

  test("begins at once where nothing writes to its log", async () => {
    const { ids, store, started, jobs } = worker({ lockMs: 3_600_000 });
    void jobs.run(again(ids[0]!), "token");
    await tick();
    expect(started).toHaveLength(1);
    logWritten(store.out, ids[1]!, 3_600_000);
    void jobs.run(job(train(ids[1]!), { id: "job-2", attemptsStarted: 2 }).bullmq, "token");
    await tick();
    expect(started).toHaveLength(2);
  });

  test("waits while its process writes; a clock ahead of ours is trusted for half a lock", async () => {
    const { ids, store, started, jobs } = worker({ lockMs: 1_000 });
    logWritten(store.out, ids[0]!, -3_600_000);
    void jobs.run(again(ids[0]!), "token");
    await tick();
    expect(started).toEqual([]);
    await expect.poll(() => started).toHaveLength(1);
  });

  test("is not waited for on its first attempt, nor where it trains nothing", async () => {
    const { ids, store, started, jobs } = worker({ lockMs: 3_600_000 });
    logWritten(store.out, ids[0]!, 0);
    void jobs.run(job(train(ids[0]!)).bullmq, "token");
    const base = job({ kind: "base", trialId: ids[0]! }, { id: "job-2", attemptsStarted: 2 });
    void jobs.run(base.bullmq, "token");
    await tick();
    expect(started).toHaveLength(2);
  });

  test("ends with its process's result where that comes", async () => {
    const { ids, store, started, jobs } = worker({ lockMs: 3_600_000 });
    logWritten(store.out, ids[0]!, 0);
    const ended = jobs.run(again(ids[0]!), "token");
    await finishTrials(store, examplePlan({ ranks: [2], seeds: [0] }).specs);
    expect(await ended).toEqual({ reason: "it was done before", mayRetry: true });
    expect(started).toEqual([]);
  });

  test("goes back to the queue when its worker ends meanwhile", async () => {
    const { ids, store, jobs } = worker({ lockMs: 3_600_000 });
    logWritten(store.out, ids[0]!, 0);
    const ended = jobs.run(again(ids[0]!), "token");
    await tick();
    jobs.end("stop");
    await expect(ended).rejects.toThrow(WaitingError);
  });
});
