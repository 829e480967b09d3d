import { describe, expect, test } from "vitest";
import {
  leftBehind,
  partOfGrid,
  pilotRanks,
  predictedOnly,
  seedsOfMethod,
} from "../../src/data/runs-of-method.ts";
import { adequate, probed, raced, refutedProbe } from "../fixtures/scenes.ts";

const seedsByRank = (results: ReturnType<typeof adequate>) =>
  results.sweep.ranks.map((rank) => seedsOfMethod(results, rank).length);
/** How many seeds each rank really ran. */
const ran = ({ sweep, trials }: ReturnType<typeof adequate>) =>
  sweep.ranks.map((rank) => trials.filter(({ spec }) => spec.lora.rank === rank).length);

describe("seedsOfMethod", () => {
  test("a grid runs every rank under every seed", () => {
    expect(seedsByRank(adequate())).toEqual([8, 8, 8, 8, 8]);
  });
  test.each([
    ["probe", probed],
    ["probe that was refuted", refutedProbe],
    ["race", raced],
  ] as const)("a %s runs what it ran, and less than the grid", (_, scene) => {
    expect(seedsByRank(scene())).toEqual(ran(scene()));
    expect(new Set(ran(scene())).size).toBeGreaterThan(1);
  });
  test("the seeds of a probe are its smallest, in whichever order they were given", () => {
    const results = probed();
    const shuffled = { ...results, sweep: { ...results.sweep, seeds: [...results.sweep.seeds].reverse() } };
    expect(seedsOfMethod(shuffled, 64)).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe("partOfGrid", () => {
  test("counts the runs of a probe and of a race against the grid's, and says nothing of a grid", () => {
    expect(partOfGrid(probed())).toEqual({ method: "probe", runs: 15, gridRuns: 60 });
    expect(partOfGrid(raced())).toEqual({ method: "race", runs: raced().trials.length, gridRuns: 50 });
    expect(partOfGrid(adequate())).toBeUndefined();
  });
});

describe("ranks that were not compared to the end", () => {
  test("dropped from a race, refuted by real runs, or predicted and not trained", () => {
    expect(leftBehind(raced())).toEqual(raced().decision.excluded?.map(({ rank }) => rank));
    expect(leftBehind(raced())).toContain(2);
    expect(leftBehind(refutedProbe())).toEqual([4]);
    expect(predictedOnly(refutedProbe())).toEqual([16]);
    expect(pilotRanks(refutedProbe())).toEqual([2]);
    expect(pilotRanks(raced())).toEqual([]);
    expect(predictedOnly(raced())).toEqual([]);
  });
  test("a rank whose runs failed was not left behind on evidence", () => {
    const results = raced();
    const looks = results.decision.race!.looks.map((look) => ({
      ...look,
      dropped: look.dropped.map(({ rank, reason }) => ({ rank, reason, cause: "failed" as const })),
    }));
    const race = { ...results.decision.race!, looks };
    expect(leftBehind({ ...results, decision: { ...results.decision, race } })).toEqual([]);
  });
});
