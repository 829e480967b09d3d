import { leftBehind, partOfGrid, predictedOnly } from "@lorank/core/results";
import { describe, expect, test } from "vitest";
import { adequate, probed, raced, refutedProbe } from "../fixtures/scenes.ts";

describe("partOfGrid", () => {
  test("counts the runs of a probe and of a race against the grid's, and says nothing of a grid", () => {
    expect(partOfGrid(probed())).toEqual({ method: "probe", runs: 15, gridRuns: 60 });
    expect(partOfGrid(raced())).toEqual({ method: "race", runs: raced().trials.length, gridRuns: 50 });
    expect(partOfGrid(adequate())).toBeUndefined();
  });
});

describe("ranks that were not compared to the end", () => {
  test("dropped from a race, refuted by real runs, or predicted and not trained", () => {
    expect(leftBehind(raced().decision)).toEqual(raced().decision.excluded?.map(({ rank }) => rank));
    expect(leftBehind(raced().decision)).toContain(2);
    expect(leftBehind(refutedProbe().decision)).toEqual([4]);
    expect(predictedOnly(refutedProbe().decision)).toEqual([16]);
    expect(predictedOnly(raced().decision)).toEqual([]);
  });
  test("a rank whose runs failed was not left behind on evidence", () => {
    const results = raced();
    const looks = results.decision.race!.looks.map((look) => ({
      ...look,
      dropped: look.dropped.map(({ rank, reason }) => ({ rank, reason, cause: "failed" as const })),
    }));
    const race = { ...results.decision.race!, looks };
    expect(leftBehind({ race })).toEqual([]);
  });
});
