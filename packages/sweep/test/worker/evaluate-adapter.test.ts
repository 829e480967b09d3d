import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson } from "@lorank/evidence/results";
import { expect, test } from "vitest";
import { SweepStore } from "../../src/store/store.ts";
import { evaluateBase } from "../../src/worker/jobs.ts";
import { examplePlan, exampleTest, temporaryFolder, testFile } from "../helpers/example.ts";
import { cut, finishTrials, placeOf, score } from "../helpers/finished.ts";

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

test("the base of a trial that has not run is kept in the file that older versions wrote, as of rank 0", async () => {
  const store = new SweepStore(temporaryFolder());
  const id = store.addSpec(examplePlan({ task: { kind: "causal-lm" }, ranks: [4], seeds: [7] }).specs[0]!);
  expect(store.hasBase(id)).toBe(false);
  await evaluateBase(placeOf(store), id);
  const evaluation = store.readBase(id);
  expect(evaluation.correct).toHaveLength(30);
  const kept = readFileSync(join(store.out, "truncations", id, "r0.json"), "utf8");
  expect(kept).toBe(`${canonicalJson({ trialId: id, seed: 7, rank: 0, evaluation })}\n`);
});

test("keeps a score on test examples apart from the truncations", async () => {
  const { store, id } = await finished();
  const run = await score(store, id, { file: testFile(), sha256: exampleTest.sha256 });
  expect(run).toMatchObject({ trialId: id, seed: 7, rank: 4 });
  expect(run.evaluation.correct).toHaveLength(20);
  expect(store.testRuns(exampleTest.sha256)).toEqual([run]);
  expect(existsSync(store.path("truncations"))).toBe(false);
});
