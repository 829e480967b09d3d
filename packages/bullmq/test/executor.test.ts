import type { Executor, WorkEvent } from "@lorank/sweep/executor";
import type { SweepStore } from "@lorank/sweep/folder";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { misbehaving } from "../../sweep/test/helpers/fake-trainer.ts";
import { placeOf } from "../../sweep/test/helpers/finished.ts";
import { bullmqExecutor, RedisQueue } from "../src/index.ts";
import { queueOf } from "./helpers/queue-of.ts";
import { startWorker, trialsOf } from "./helpers/queue-place.ts";
import { noRedis, type RedisServer, startRedis } from "./helpers/redis-server.ts";

const nobody = () => {};

describe.skipIf(noRedis)(`bullmqExecutor${noRedis ? ` (skipped: ${noRedis})` : ""}`, () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.remove());

  async function driverOf(store: SweepStore, said: string[] = []): Promise<Executor> {
    const start = bullmqExecutor({ redis: server.url, pollMs: 2_000, report: (words) => said.push(words) });
    const executor = await start(placeOf(store), { trialsAtOnce: 1 });
    onTestFinished(() => executor.close?.());
    return executor;
  }
  const train = (trialId: string) => ({ kind: "train", trialId }) as const;

  test("a worker runs what is submitted, and what it reports comes back", async () => {
    const { store, ids } = trialsOf(0);
    const executor = await driverOf(store);
    startWorker(server, store);
    const events: WorkEvent[] = [];
    const { ended } = executor.submit(train(ids[0]!), (event) => events.push(event));
    expect(await ended).toEqual({ reason: "the trial's process exited with code 0", mayRetry: true });
    expect(store.isDone(ids[0]!)).toBe(true);
    expect(events[0]).toEqual({ kind: "started", trialId: ids[0], attempt: 1 });
    expect(events.some((event) => event.kind === "progress" && event.event.kind === "step")).toBe(true);
    expect(await new RedisQueue(store.out, server.url).jobs()).toEqual([]);
  });

  test("what others have written into the queue is passed over: jobs that cannot be read, and answers that are none", async () => {
    const { store, ids } = trialsOf(0);
    const first = await driverOf(store);
    const { queue, client } = queueOf(store.out, server.url);
    for (const [i, data] of ["{", "", "null", '{"folder":"/","work":{"kind":"train"}}'].entries()) {
      await client.hset(queue.toKey(`other-${i}`), { name: "x", data, opts: "{}", timestamp: "1" });
      await client.lpush(queue.toKey("wait"), `other-${i}`);
    }
    expect(await new RedisQueue(store.out, server.url).jobs()).toEqual([]);
    const second = await driverOf(store);
    const { ended } = second.submit(train(ids[0]!), nobody);
    await expect.poll(async () => (await new RedisQueue(store.out, server.url).jobs()).length).toBe(1);
    const [{ jobId }] = (await new RedisQueue(store.out, server.url).jobs()) as unknown as [
      { jobId: string },
    ];
    await client.xadd(
      queue.toKey("events"),
      "*",
      "event",
      "progress",
      "jobId",
      jobId,
      "data",
      '{"attempt":null}',
    );
    await client.xadd(
      queue.toKey("events"),
      "*",
      "event",
      "completed",
      "jobId",
      jobId,
      "returnvalue",
      "null",
    );
    expect(await ended).toEqual({ reason: "its worker's answer was no end of a job", mayRetry: true });
    await first.close?.();
  });

  test("a driver that comes later takes over the jobs of the one before", async () => {
    const { store, ids } = trialsOf(misbehaving.takesForever, 1);
    const first = await driverOf(store);
    const said: string[] = [];
    startWorker(server, store, { trialsAtOnce: 1 });
    for (const id of ids) first.submit(train(id), nobody);
    await expect
      .poll(async () =>
        (await new RedisQueue(store.out, server.url).jobs()).map(({ state, attempt }) => [state, attempt]),
      )
      .toEqual([
        ["running", 1],
        ["queued", undefined],
      ]);
    await first.close?.();
    const events: WorkEvent[] = [];
    const second = await driverOf(store, said);
    const submissions = ids.map((id) => second.submit(train(id), (event) => events.push(event)));
    await expect.poll(() => events).toEqual([{ kind: "started", trialId: ids[0], attempt: 1 }]);
    expect(await new RedisQueue(store.out, server.url).jobs()).toHaveLength(2);
    expect(await new RedisQueue(store.out, server.url).cancel([ids[0]!])).toMatchObject([
      { trialId: ids[0], state: "running", kind: "train" },
    ]);
    expect(await submissions[0]!.ended).toEqual({ reason: "its job was cancelled", mayRetry: false });
    expect((await submissions[1]!.ended).reason).toContain("code 0");
    expect(store.attempts(ids[0]!)).toHaveLength(1);
  });
});
