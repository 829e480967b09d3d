import { setTimeout as delay } from "node:timers/promises";
import type { Executor } from "@lorank/sweep/executor";
import type { SweepStore } from "@lorank/sweep/folder";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { misbehaving } from "../../sweep/test/helpers/fake-trainer.ts";
import { placeOf } from "../../sweep/test/helpers/finished.ts";
import { trialProcesses } from "../../sweep/test/helpers/sweep-process.ts";
import { bullmqExecutor, RedisQueue } from "../src/index.ts";
import { startWorker, trialsOf } from "./helpers/queue-place.ts";
import { noRedis, type RedisServer, startRedis } from "./helpers/redis-server.ts";

const nobody = () => {};
const train = (trialId: string) => ({ kind: "train", trialId }) as const;

describe.skipIf(noRedis)(`runQueueWorker${noRedis ? ` (skipped: ${noRedis})` : ""}`, () => {
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

  const states = async (store: SweepStore) =>
    (await new RedisQueue(store.out, server.url).jobs()).map(({ state }) => state);

  test("a worker that is stopped gives its job back to the queue", async () => {
    const { store, ids } = trialsOf(misbehaving.takesForever);
    (await driverOf(store)).submit(train(ids[0]!), nobody);
    const worker = startWorker(server, store);
    // A job is the worker's a moment before its attempt begins.
    await expect.poll(() => store.attempts(ids[0]!)).toHaveLength(1);
    expect(await states(store)).toEqual(["running"]);
    await worker.stop();
    expect(await states(store)).toEqual(["queued"]);
    expect(store.attempts(ids[0]!)).toHaveLength(1);
  });

  test("a job whose trial is done is not run again", async () => {
    const { store, ids } = trialsOf(0);
    const first = await driverOf(store);
    startWorker(server, store);
    await first.submit(train(ids[0]!), nobody).ended;
    const { reason } = await first.submit(train(ids[0]!), nobody).ended;
    expect(reason).toMatch(/done before|has its result/);
    expect(store.attempts(ids[0]!)).toHaveLength(1);
  });

  test("a worker reports why it refuses a job, as the driver learns it", async () => {
    const { store } = trialsOf(0);
    const worker = startWorker(server, store);
    const unknown = "a".repeat(64);
    const { reason } = await (await driverOf(store)).submit(train(unknown), nobody).ended;
    expect(reason).toContain(unknown);
    expect(worker.said).toEqual([`A job was refused: ${reason}`]);
  });

  test("a server that is away for a while is waited for, and said so once", async () => {
    const { store, ids } = trialsOf(0, 1, 2);
    const said: string[] = [];
    const executor = await driverOf(store, said);
    const worker = startWorker(server, store, { trialsAtOnce: 1 });
    const [first, ...others] = ids.map((id) => executor.submit(train(id), nobody).ended);
    await first;
    await server.kill();
    await delay(500);
    await server.start();
    await Promise.all(others);
    expect(ids.map((id) => store.isDone(id))).toEqual([true, true, true]);
    const expected = [expect.stringMatching(/^Lost redis:/), expect.stringMatching(/ is back\.$/)];
    expect(said).toEqual(expected);
    expect(worker.said).toEqual(expected);
  });

  test.each([
    ["is gone", (own: RedisServer) => own.kill()],
    ["keeps its connections and says nothing", (own: RedisServer) => own.pause()],
  ])("a worker ends by its signal, and its trial with it, while the server %s", async (_, lose) => {
    const own = await startRedis();
    onTestFinished(() => own.remove());
    const { store, ids } = trialsOf(misbehaving.takesForever);
    const executor = await bullmqExecutor({ redis: own.url, report: nobody })(placeOf(store), {
      trialsAtOnce: 1,
    });
    executor.submit(train(ids[0]!), nobody);
    const worker = startWorker(own, store);
    await expect.poll(() => trialProcesses(store.out)).toHaveLength(1);
    await lose(own);
    await worker.stop();
    expect(trialProcesses(store.out)).toEqual([]);
    // Behind the pause, since it waits for an answer.
    await own.kill();
    await executor.close?.();
  });

  test("a driver without workers says so", async () => {
    const { store, ids } = trialsOf(0);
    const said: string[] = [];
    (await driverOf(store, said)).submit(train(ids[0]!), nobody);
    await expect.poll(() => said).toEqual([expect.stringContaining("No worker takes jobs")]);
    startWorker(server, store);
    await expect.poll(() => store.isDone(ids[0]!)).toBe(true);
  });
});
