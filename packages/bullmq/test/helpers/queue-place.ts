import type { WorkEvent } from "@lorank/sweep/executor";
import { SweepStore } from "@lorank/sweep/folder";
import { onTestFinished } from "vitest";
import { examplePlan, temporaryFolder } from "../../../sweep/test/helpers/example.ts";
import { placeOf } from "../../../sweep/test/helpers/finished.ts";
import { runQueueWorker } from "../../src/index.ts";
import type { RedisServer } from "./redis-server.ts";

/** A results folder with a trial for each seed. */
export function trialsOf(...seeds: number[]): { store: SweepStore; ids: string[] } {
  const store = new SweepStore(temporaryFolder());
  return {
    store,
    ids: seeds.map((seed) => store.addSpec(examplePlan({ ranks: [2], seeds: [seed] }).specs[0]!)),
  };
}

/** A worker in this process, for the time of a test. */
export function startWorker(
  server: RedisServer,
  store: SweepStore,
  {
    trialsAtOnce = 2,
    lockMs = 3_000,
    onEvent,
  }: { trialsAtOnce?: number; lockMs?: number; onEvent?: (event: WorkEvent) => void } = {},
): { stop: () => Promise<void>; said: string[] } {
  const stop = new AbortController();
  const said: string[] = [];
  const { out: _, ...place } = placeOf(store);
  const ended = runQueueWorker({
    out: store.out,
    redis: server.url,
    place,
    trialsAtOnce,
    lockMs,
    signals: { stop: stop.signal },
    onEvent,
    report: (words) => said.push(words),
  });
  const end = async (): Promise<void> => {
    stop.abort();
    await ended;
  };
  onTestFinished(end);
  return { stop: end, said };
}
