import { existsSync, rmSync } from "node:fs";
import { expect, test } from "vitest";
import { SweepStore } from "../../src/store/store.ts";
import { examplePlan, exampleTest, temporaryFolder, testFile } from "../helpers/example.ts";
import { cut, finishTrials, score } from "../helpers/finished.ts";

async function finished(): Promise<{ store: SweepStore; id: string }> {
  const store = new SweepStore(temporaryFolder());
  const [id] = await finishTrials(store, examplePlan({ ranks: [4], seeds: [7] }).specs);
  return { store, id: id! };
}

test("keeps an evaluation for each rank, with the trial and the seed that it comes from", async () => {
  const { store, id } = await finished();
  expect(store.hasTruncation(id, 1)).toBe(false);
  const [one, two] = await cut(store, id, [1, 2]);
  expect(one).toMatchObject({ trialId: id, seed: 7, rank: 1 });
  expect(one!.evaluation.correct).toHaveLength(30);
  expect(two!.evaluation).not.toEqual(one!.evaluation);
  expect(store.hasTruncation(id, 1)).toBe(true);
});

test("cutting again gives the same", async () => {
  const { store, id } = await finished();
  expect(await cut(store, id, [1, 2])).toEqual(await cut(store, id, [1, 2]));
});

test("says what to do where the adapter has been deleted", async () => {
  const { store, id } = await finished();
  rmSync(store.path("attempts", id), { recursive: true });
  await expect(cut(store, id, [1])).rejects.toMatchObject({
    code: "E_ADAPTER_MISSING",
    message: `attempts/${id} must hold the adapter of rank 4, seed 7, got none\nDelete results/${id}.json to train it again.`,
  });
});

test("keeps a score on test examples apart from the truncations", async () => {
  const { store, id } = await finished();
  const run = await score(store, id, { file: testFile(), sha256: exampleTest.sha256 });
  expect(run).toMatchObject({ trialId: id, seed: 7, rank: 4 });
  expect(run.evaluation.correct).toHaveLength(20);
  expect(store.testRuns(exampleTest.sha256)).toEqual([run]);
  expect(existsSync(store.path("truncations"))).toBe(false);
});
