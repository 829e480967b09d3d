import { join } from "node:path";
import type { Submission, WorkEnd, WorkEvent } from "@lorank/sweep/executor";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { placeOf } from "../../sweep/test/helpers/finished.ts";
import type { BullmqOptions } from "../src/executor.ts";
import { bullmqExecutor, RedisQueue, runQueueWorker } from "../src/index.ts";
import { knownQueueName, queueName } from "../src/queue.ts";
import { type QueueServer, queueServer } from "./helpers/fake-server.ts";
import { trialsOf } from "./helpers/queue-place.ts";

const exited: WorkEnd = { reason: "the trial's process exited with code 0", mayRetry: true };
const train = (trialId: string) => ({ kind: "train", trialId }) as const;
const nobody = () => {};

describe("bullmqExecutor", () => {
  async function driver(server: QueueServer, options: Partial<BullmqOptions> = {}) {
    const { store, ids } = trialsOf(0, 1);
    const said: string[] = [];
    const start = bullmqExecutor({
      redis: server.url,
      report: (words) => said.push(words),
      pollMs: 3_600_000,
      ...options,
    });
    const executor = await start(placeOf(store), { trialsAtOnce: 1 });
    onTestFinished(() => executor.close?.());
    return { store, ids, executor, said };
  }

  /** Id of the job that was added last. */
  async function added(server: QueueServer): Promise<string> {
    const adds = () => server.asked.filter(([command, ...words]) => command === "hdel" && words.length === 2);
    await expect.poll(adds).not.toEqual([]);
    return adds().at(-1)!.at(-1)!;
  }

  test.each([
    ["the newest event", "7-1", "7-1"],
    ["the beginning of a stream without events", undefined, "0-0"],
  ])("hears what happens after %s", async (_, newest, from) => {
    const server = await queueServer(newest);
    await driver(server);
    await expect
      .poll(() => server.asked.filter(([command]) => command === "xread").map((words) => words.at(-1)))
      .toEqual([from]);
  });

  test("takes all work at once, and passes on what the queue tells of each", async () => {
    const server = await queueServer();
    const { ids, executor } = await driver(server);
    expect(executor.capacity).toBe(Number.POSITIVE_INFINITY);
    const events: WorkEvent[] = [];
    const submit = async (id: string): Promise<{ job: string; ended: Submission["ended"] }> => {
      const { ended } = executor.submit(train(id), (event) => events.push(event));
      return { job: await added(server), ended };
    };
    const one = await submit(ids[0]!);
    server.tell("progress", { jobId: one.job, data: JSON.stringify({ node: "n", attempt: 2 }) });
    await expect.poll(() => events).toEqual([{ kind: "started", trialId: ids[0], attempt: 2 }]);
    server.tell("completed", { jobId: one.job, returnvalue: JSON.stringify(exited) });
    expect(await one.ended).toEqual(exited);
  });

  test("takes a job that failed without a word for one whose workers were lost", async () => {
    const server = await queueServer();
    const { ids, executor } = await driver(server);
    const { ended } = executor.submit(train(ids[0]!), nobody);
    server.tell("failed", { jobId: await added(server), failedReason: "stalled" });
    expect(await ended).toEqual({ reason: "its workers were lost: stalled", mayRetry: true });
  });

  test("asks after a job that was removed, and in every look", async () => {
    const server = await queueServer();
    const { ids, executor } = await driver(server, { pollMs: 20 });
    executor.submit(train(ids[0]!), nobody);
    const job = await added(server);
    const asks = () => server.asked.filter(([name, key]) => name === "hgetall" && key!.endsWith(job)).length;
    await expect.poll(asks).toBeGreaterThan(2);
    const quiet = await queueServer();
    const slow = await driver(quiet);
    slow.executor.submit(train(slow.ids[0]!), nobody);
    const removed = await added(quiet);
    quiet.tell("removed", { jobId: removed, prev: "wait" });
    await expect.poll(() => quiet.asked.map(([name]) => name)).toContain("hgetall");
  });

  test("names a job by its folder below `out`, which keeps the queue's name", async () => {
    const server = await queueServer();
    const out = temporaryFolder();
    const { store } = await driver(server, { out });
    expect(knownQueueName(out)).toMatch(/^lorank-/);
    expect(knownQueueName(store.out)).toBeUndefined();
  });

  test("says once, on a stop, that the jobs it leaves go on", async () => {
    const { ids, executor, said } = await driver(await queueServer());
    const submissions = ids.map((id) => executor.submit(train(id), nobody));
    for (const { cancel } of submissions) cancel("stop");
    for (const { ended } of submissions)
      expect(await ended).toEqual({ reason: "its job was left in the queue", mayRetry: true });
    expect(said).toEqual([
      "The jobs go on in the queue. The same command takes them up again; `lorank cancel` ends them",
    ]);
  });

  test.each([
    ["detach", "kill"],
    ["cancel", "stop"],
  ] as const)("that shall %s leaves no job on a %s, and says nothing", async (onStop, how) => {
    const server = await queueServer();
    const { ids, executor, said } = await driver(server, { onStop });
    const { cancel } = executor.submit(train(ids[0]!), nobody);
    const job = await added(server);
    cancel(how);
    await expect
      .poll(() => server.asked.filter(([command]) => command === "hset").map((words) => words.slice(2)))
      .toContainEqual([job, how]);
    expect(said).toEqual([]);
  });

  test("leaves it to the report to say what a server lacks: BullMQ prints nothing", async () => {
    const printed = vi.spyOn(console, "warn").mockImplementation(nobody);
    const { said } = await driver(
      await queueServer("7-1", "redis_version:7.2.4\r\nmaxmemory_policy:allkeys-lru\r\n"),
    );
    expect(said).toEqual([expect.stringContaining("set its maxmemory-policy to noeviction")]);
    expect(printed).not.toHaveBeenCalled();
  });

  test("closes its connections", async () => {
    const server = await queueServer();
    const { executor } = await driver(server);
    expect(server.open()).toBeGreaterThan(0);
    await executor.close?.();
    await expect.poll(server.open).toBe(0);
  });
});

describe("RedisQueue", () => {
  /** A results folder's queue with a running and a waiting trial, and jobs that are not ours. */
  async function queueWithJobs() {
    const server = await queueServer();
    const { store, ids } = trialsOf(0, 1);
    queueName(store.out);
    const data = (trialId: string) => JSON.stringify({ folder: "", work: train(trialId) });
    server.jobs.set("b", { data: data(ids[1]!), states: ["wait"], progress: { node: "n", attempt: 1 } });
    server.jobs.set("a", { data: data(ids[0]!), states: ["active"], progress: { node: "n1", attempt: 2 } });
    for (const [i, text] of ['{"folder":"/"}', "{", "null"].entries())
      server.jobs.set(`other-${i}`, { data: text, states: ["wait"] });
    const running = { trialId: ids[0], jobId: "a", kind: "train", state: "running", node: "n1", attempt: 2 };
    const waiting = { trialId: ids[1], jobId: "b", kind: "train", state: "queued" };
    return { server, ids, queue: new RedisQueue(store.out, server.url), running, waiting };
  }
  const marked = ({ asked }: QueueServer) =>
    asked.flatMap(([name, key, ...words]) => (name === "hset" && key!.endsWith(":cancelled") ? [words] : []));

  test("lists trials that run, with where, and then those that wait; it leaves no connection", async () => {
    const { server, queue, running, waiting } = await queueWithJobs();
    expect(await queue.jobs()).toEqual([running, waiting]);
    await expect.poll(server.open).toBe(0);
  });

  test("lists a job once that begins meanwhile, without a machine before that is known", async () => {
    const { server, ids, queue } = await queueWithJobs();
    server.jobs.clear();
    const data = JSON.stringify({ folder: "", work: train(ids[0]!) });
    server.jobs.set("a", { data, states: ["wait", "active"] });
    expect(await queue.jobs()).toEqual([{ trialId: ids[0], jobId: "a", kind: "train", state: "running" }]);
  });

  test("cancels the trials that are named, or all, and says which", async () => {
    const { server, ids, queue, running, waiting } = await queueWithJobs();
    expect(await queue.cancel([ids[1]!, "unknown"])).toEqual([waiting]);
    expect(marked(server)).toEqual([["b", "stop"]]);
    expect([...server.jobs.keys()].filter((id) => !id.startsWith("other"))).toEqual(["a"]);
    expect(await queue.cancel()).toEqual([running]);
    expect(marked(server)).toEqual([
      ["b", "stop"],
      ["a", "stop"],
    ]);
    expect([...server.jobs.keys()]).toContain("a"); // its worker ends it
  });

  test("of a folder without a queue asks nobody", async () => {
    const queue = new RedisQueue(join(temporaryFolder(), "new"), "redis://127.0.0.1:1");
    expect(await queue.jobs()).toEqual([]);
    expect(await queue.cancel()).toEqual([]);
  });
});

describe("runQueueWorker", () => {
  const signalled = (how: "stop" | "kill") => {
    const controller = new AbortController();
    return { signals: { [how]: controller.signal }, end: () => controller.abort() };
  };

  test.each(["stop", "kill"] as const)("takes jobs until it is told to end by %s", async (how) => {
    const server = await queueServer();
    const { store } = trialsOf(0);
    const { signals, end } = signalled(how);
    let hasEnded = false;
    const ended = runQueueWorker({ out: store.out, redis: server.url, trialsAtOnce: 1, signals }).then(() => {
      hasEnded = true;
    });
    await expect.poll(() => server.asked.map(([command]) => command)).toContain("bzpopmin");
    expect(hasEnded).toBe(false);
    end();
    await ended;
    await expect.poll(server.open).toBe(0);
  });

  test.each(["stop", "kill"] as const)("that is told to %s before it began does not begin", async (how) => {
    const { store } = trialsOf(0);
    const { signals, end } = signalled(how);
    end();
    const redis = "redis://127.0.0.1:1"; // without a server: to look for one would be an error
    await expect(
      runQueueWorker({ out: store.out, redis, trialsAtOnce: 1, signals }),
    ).resolves.toBeUndefined();
  });

  test("looks for lost workers' jobs thrice a lock, and gives up one that has lost twenty", async () => {
    const server = await queueServer();
    const { store } = trialsOf(0);
    const { signals, end } = signalled("stop");
    const ended = runQueueWorker({
      out: store.out,
      redis: server.url,
      trialsAtOnce: 1,
      signals,
      lockMs: 2_000,
    });
    const looks = () => server.asked.filter(([, script = ""]) => /^--\[\[\s*Move stalled jobs/.test(script));
    await expect.poll(() => looks().length).toBeGreaterThan(0);
    const [most, , , intervalMs] = looks()[0]!.slice(12);
    expect([most, intervalMs]).toEqual(["20", "667"]);
    end();
    await ended;
  });

  test("reports a job that it refuses", async () => {
    const server = await queueServer();
    const { store } = trialsOf(0);
    const data = JSON.stringify({ folder: "", work: train("f".repeat(64)) });
    server.jobs.set("a", { data, states: ["active"] });
    server.next = "a";
    const { signals, end } = signalled("stop");
    const said: string[] = [];
    const report = (words: string) => said.push(words);
    const ended = runQueueWorker({ out: store.out, redis: server.url, trialsAtOnce: 1, signals, report });
    await expect.poll(() => said).toEqual([expect.stringMatching(/^A job was refused: .*f{64}/)]);
    end();
    await ended;
  });
});
