import { expect, test } from "vitest";
import { testScoreIn, trialsToScore } from "../../src/results/test-score.ts";
import { SweepStore } from "../../src/store/store.ts";
import { examplePlan, exampleTest, temporaryFolder, testFile } from "../helpers/example.ts";
import { misbehaving } from "../helpers/fake-trial.ts";
import { finishTrials, score } from "../helpers/finished.ts";

const { sha256 } = exampleTest;

async function finished(ranks: readonly number[], seeds: readonly number[]) {
  const store = new SweepStore(temporaryFolder());
  const specs = examplePlan({ ranks, seeds, headOnlyBaseline: true }).specs;
  const ids = await finishTrials(store, specs);
  return {
    store,
    trials: ids.map((id) => store.readResult(id)),
    test: { file: testFile(), sha256 },
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
  const of = (rank: number) =>
    testScoreIn(store, sha256, { rank, metric: "accuracy", confidence: 0.9 }, trials);
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
