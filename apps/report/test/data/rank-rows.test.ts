import { type Results, rankRows } from "@lorank/evidence/results";
import { describe, expect, test } from "vitest";
import { makeResults } from "../fixtures/make-results.ts";
import {
  adequate,
  empty,
  nothingLearned,
  probed,
  raced,
  refutedProbe,
  withFailures,
} from "../fixtures/scenes.ts";

describe("rankRows", () => {
  test("has a row for every planned rank, ascending, also without a single run", () => {
    expect(rankRows(empty()).map((row) => [row.rank, row.costs])).toEqual(
      [2, 4, 8, 16, 32].map((r) => [r, undefined]),
    );
  });
  test("marks the recommended and the best rank", () => {
    const rows = rankRows(adequate());
    expect(rows.filter((row) => row.isRecommended).map((row) => row.rank)).toEqual([8]);
    expect(rows.filter((row) => row.isBest).map((row) => row.rank)).toEqual([adequate().decision.bestRank]);
  });
  test("marks the best bet where no rank is recommended", () => {
    const { decision, ...rest } = adequate();
    const bets = (change: Partial<Results["decision"]>) =>
      rankRows({ ...rest, decision: { ...decision, ...change } }).filter(({ isBet }) => isBet);
    expect(bets({})).toEqual([]);
    expect(bets({ rank: null, bestBet: { rank: 16 } }).map(({ rank }) => rank)).toEqual([16]);
  });
  test("says what each rank is to the verdict", () => {
    const roles = (results: Results) => rankRows(results).map(({ role }) => role);
    expect(roles(adequate())[2]).toBe("recommended");
    expect(roles(probed())).toEqual([
      ...["not-trained", "pilot", "recommended", "not-trained", "not-trained"],
      "best",
    ]);
    expect(roles(refutedProbe())[1]).toBe("left-behind");
    expect(roles(raced())[0]).toBe("left-behind");
    expect(roles(empty())).toEqual(Array(5).fill("failed"));
    expect(roles(nothingLearned())).toEqual(Array(4).fill("behind-prior"));
  });
  test("tells completed, failed and missing runs apart", () => {
    const summary = rankRows(withFailures()).map((row) => [
      row.rank,
      row.completed.length,
      row.failed.map((trial) => trial.status),
      row.missingSeeds,
    ]);
    expect(summary).toEqual([
      [2, 4, [], [4]],
      [4, 5, [], []],
      [8, 5, [], []],
      [16, 4, ["out-of-memory"], []],
      [32, 3, ["diverged", "diverged"], []],
    ]);
  });
  test("has the runs of a rank by their seeds, however they are listed", () => {
    const results = withFailures();
    expect(rankRows({ ...results, trials: results.trials.toReversed() })).toEqual(rankRows(results));
    expect(rankRows(results)[1]!.completed.map(({ spec }) => spec.seed)).toEqual([0, 1, 2, 3, 4]);
  });
  test("shows the largest peak that was predicted for a rank's runs, and none where nothing was", () => {
    const plain = adequate();
    expect(rankRows(plain).every(({ costs }) => costs?.predictedResidentBytes === undefined)).toBe(true);
    const trials = plain.trials.map((trial) => ({
      ...trial,
      measured: {
        ...trial.measured,
        predictedResidentBytes: 3e8 + trial.spec.seed + 1e6 * trial.spec.lora.rank,
      },
    }));
    const seeds = Math.max(...plain.sweep.seeds);
    expect(rankRows({ ...plain, trials }).map(({ costs }) => costs?.predictedResidentBytes)).toEqual(
      [2, 4, 8, 16, 32].map((rank) => 3e8 + seeds + 1e6 * rank),
    );
  });
  test("a rank that a probe did not train has a prediction, no cost, and no missing runs", () => {
    const rows = rankRows(probed());
    expect(rows.map(({ rank, prediction }) => [rank, prediction?.rank])).toEqual([
      [2, 2],
      [4, undefined], // a pilot
      [8, undefined],
      [16, 16],
      [32, 32],
      [64, undefined],
    ]);
    expect(rows.map(({ costs }) => costs !== undefined)).toEqual([false, true, true, false, false, true]);
    for (const scene of [probed, refutedProbe, raced])
      expect(rankRows(scene()).flatMap(({ missingSeeds }) => missingSeeds)).toEqual([]);
  });
  test("a run that a race asked for and that is not there is missing", () => {
    const results = raced();
    const trials = results.trials.filter(({ spec }) => spec.lora.rank !== 2 || spec.seed !== 2);
    expect(rankRows({ ...results, trials }).map(({ rank, missingSeeds }) => [rank, missingSeeds])).toEqual([
      [2, [2]],
      [4, []],
      [8, []],
      [16, []],
      [32, []],
    ]);
  });
  test("knows the static costs of a rank whose runs all diverged, but no measured ones", () => {
    const results = makeResults({
      ranks: [4, 8],
      seeds: [0],
      examples: 20,
      steps: 10,
      failures: [{ rank: 8, seed: 0, status: "diverged" }],
    });
    const cost = rankRows(results)[1]?.costs;
    expect(cost?.trainableParams).toBe(results.trials[1]?.trainableParams);
    expect([cost?.peakResidentBytes, cost?.secondsPerTrial]).toEqual([undefined, undefined]);
  });
  test("reports the largest peak and the median time over completed seeds", () => {
    const results = makeResults({ ranks: [4], seeds: [0, 1, 2], examples: 20, steps: 10 });
    const cost = rankRows(results)[0]?.costs;
    const measured = results.trials.map((trial) => trial.measured);
    expect(cost?.peakResidentBytes).toBe(Math.max(...measured.map((m) => m.peakResidentBytes!)));
    const [, middle] = measured.map((m) => m.seconds.total).sort((a, b) => a - b);
    expect(cost?.secondsPerTrial).toBe(middle);
  });
});
