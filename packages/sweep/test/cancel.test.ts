import { existsSync } from "node:fs";
import { join } from "node:path";
import { trialId } from "@lorank/train/spec";
import { expect, test } from "vitest";
import { readCancelRequest } from "../src/executor/cancel.ts";
import { requestCancel, sweepStatus } from "../src/folder.ts";
import type { SweepEvent } from "../src/index.ts";
import { examplePlan, runExample, workplace } from "./helpers/example.ts";
import { misbehaving } from "./helpers/fake-trainer.ts";

const plan = examplePlan({
  ranks: [2],
  seeds: [0, misbehaving.takesForever, misbehaving.takesForever + 9000],
});
const [, endless, last] = plan.specs.map(trialId);

test("a trial that is cancelled while it runs ends, one that waits is left out, and the others go on", async () => {
  const place = workplace();
  const told: SweepEvent[] = [];
  const onEvent = (event: SweepEvent) => {
    told.push(event);
    const isEndless = event.kind === "trial-started" && event.trialId === endless;
    if (isEndless) requestCancel(place.out, [endless!]);
    if (isEndless) requestCancel(place.out, [last!]);
  };
  const outcome = await runExample(plan, { ...place, trialsAtOnce: 1, onEvent });
  expect(outcome).toMatchObject({ results: null, interrupted: true, failed: [], finishedNow: 1 });
  expect(told).toContainEqual(expect.objectContaining({ kind: "trial-failed", trialId: endless }));
  expect(sweepStatus(place.out).trials.map(({ state }) => state)).toEqual(["done", "cancelled", "cancelled"]);
  expect(existsSync(join(place.out, "attempts", last!))).toBe(false);
});

test("a run that is asked to end does, and the next one has forgotten it", async () => {
  const place = workplace();
  const onEvent = ({ kind }: SweepEvent) => {
    if (kind === "trial-started") requestCancel(place.out, "all");
  };
  const outcome = await runExample(plan, { ...place, onEvent });
  expect(outcome.interrupted).toBe(true);
  expect(readCancelRequest(place.out)).toEqual({ all: true, trials: [] });
  const quick = examplePlan({ ranks: [2], seeds: [0] });
  const again = workplace();
  await runExample(quick, again);
  requestCancel(again.out, quick.specs.map(trialId));
  expect(await runExample(quick, again)).toMatchObject({ interrupted: false });
  expect(readCancelRequest(again.out)).toEqual({ all: false, trials: [] });
});
