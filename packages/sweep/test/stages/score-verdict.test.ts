import type { Decision } from "@lorank/evidence/results";
import { expect, test } from "vitest";
import { localExecutor } from "../../src/executor/local-executor.ts";
import { runOptions, type SweepEvent } from "../../src/index.ts";
import { scoreVerdict } from "../../src/stages/run-plan.ts";
import { SweepStore } from "../../src/store/store.ts";
import { examplePlan, exampleTest, temporaryFolder, testFile } from "../helpers/example.ts";
import { misbehaving, testOnly } from "../helpers/fake-trainer.ts";
import { finishTrials, placeOf } from "../helpers/finished.ts";

/** Scores a verdict on rank 4, and keeps what is reported. */
async function scored(seeds: readonly number[], rank: number | null) {
  const store = new SweepStore(temporaryFolder());
  const ids = await finishTrials(store, examplePlan({ ranks: [2, 4], seeds }).specs);
  const decided = { decision: { rank } as Decision, trials: ids.map((id) => store.readResult(id)) };
  const events: SweepEvent[] = [];
  const run = runOptions({ maxAttempts: 1, reporter: { report: (event) => void events.push(event) } });
  const test = { file: testFile(), sha256: exampleTest.sha256 };
  const outcome = await scoreVerdict(store, decided, test, localExecutor(placeOf(store), run), run);
  return { outcome, events, runs: store.testRuns(test.sha256) };
}

test("scores the runs of the rank that is named, and no other", async () => {
  const { outcome, events, runs } = await scored([0, 1], 4);
  expect(outcome).toEqual({ complete: true, failed: [], interrupted: false });
  expect(runs.map(({ rank }) => rank)).toEqual([4, 4]);
  expect(events.map(({ kind }) => kind)).toEqual(["test-scored", "test-scored"]);
});

test("is complete without a score where no rank is named", async () => {
  const { outcome, runs } = await scored([0], null);
  expect(outcome).toEqual({ complete: true, failed: [], interrupted: false });
  expect(runs).toEqual([]);
});

test("what cannot be scored has failed, and is reported so", async () => {
  const { outcome, events } = await scored([0, testOnly + misbehaving.wrongInput], 4);
  expect(outcome).toMatchObject({ complete: false, interrupted: false });
  expect(outcome.failed).toHaveLength(1);
  expect(events.at(-1)).toMatchObject({ kind: "trial-failed", rank: 4 });
});
