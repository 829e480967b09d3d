import { expect, test } from "vitest";
import { scoreOnTest, testScoreIn, trialsToScore } from "../../src/stages/test-score.ts";
import { SweepStore } from "../../src/store/store.ts";
import { examplePlan, exampleTest, fakeTrial, temporaryFolder, workplace } from "../helpers/example.ts";
import { misbehaving, testOnly } from "../helpers/fake-trial.ts";
import { finishTrials, score } from "../helpers/finished.ts";

const { sha256 } = exampleTest;

async function finished(ranks: readonly number[], seeds: readonly number[]) {
  const store = new SweepStore(temporaryFolder());
  const specs = examplePlan({ ranks, seeds, headOnlyBaseline: true }).specs;
  const ids = await finishTrials(store, specs);
  return {
    store,
    trials: ids.map((id) => store.readResult(id)),
    test: { file: workplace().testFile, sha256 },
  };
}

test("only completed trials of the rank that is named are scored, and none of rank 0 or of no rank", async () => {
  const { trials } = await finished([0, 4, 8], [1, misbehaving.diverges]);
  const ranksAndSeeds = (rank: number | null) =>
    trialsToScore({ rank }, trials).map(({ spec }) => [spec.lora.rank, spec.seed]);
  expect(ranksAndSeeds(8)).toEqual([[8, 1]]);
  expect(ranksAndSeeds(4)).toHaveLength(2);
  expect(ranksAndSeeds(0)).toEqual([]);
  expect(ranksAndSeeds(null)).toEqual([]);
});

test("the score is there when all runs are, and names other ranks that were scored", async () => {
  const { store, trials, test } = await finished([2, 4], [1, 2]);
  const of = (rank: number) => testScoreIn(store, sha256, { rank, confidence: 0.9 }, trials);
  const [one, two] = trialsToScore({ rank: 4 }, trials);
  const first = await score(store, one!.trialId, test);
  expect(of(4)).toBeUndefined();
  const second = await score(store, two!.trialId, test);
  expect(of(4)).toMatchObject({ rank: 4, seeds: 2, examples: 20, confidence: 0.9, runs: [first, second] });
  expect(of(4)!.validation.accuracy).toBeCloseTo(
    (one!.evaluation!.accuracy + two!.evaluation!.accuracy) / 2,
    12,
  );
  expect(of(4)).not.toHaveProperty("otherRanks");
  for (const { trialId } of trialsToScore({ rank: 2 }, trials)) await score(store, trialId, test);
  expect(of(2)!.otherRanks).toEqual([4]);
  expect(of(4)!.otherRanks).toEqual([2]);
});

test("scores what is missing, and says what failed", async () => {
  const { store, trials, test } = await finished([4], [1, 2, testOnly + misbehaving.wrongInput]);
  await score(store, trials[0]!.trialId, test);
  const done: number[] = [];
  const failed = await scoreOnTest(store, trials, {
    resources: { modelFolder: "", datasetFile: "", threads: 1, trialModule: fakeTrial },
    trialsAtOnce: 2,
    maxAttempts: 2,
    test,
    onDone: ({ seed }) => done.push(seed),
  });
  expect(done).toEqual([2]);
  expect(failed.map(({ trialId }) => trialId)).toEqual([trials[2]!.trialId]);
  expect(failed[0]!.message).toMatch(
    /^its adapter could not be scored on the test examples after 1 attempt: /,
  );
});
