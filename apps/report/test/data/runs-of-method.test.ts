import { courseOf } from "@lorank/evidence/results";
import { describe, expect, test } from "vitest";
import { adequate, probed, raced, refutedProbe } from "../fixtures/scenes.ts";

describe("the part of the grid that was run", () => {
  test("counts the runs of a probe and of a race against the grid's, and says nothing of a grid", () => {
    expect(courseOf(probed().decision).part).toEqual({ method: "probe", runs: 15, gridRuns: 60 });
    expect(courseOf(raced().decision).part).toEqual({
      method: "race",
      runs: raced().trials.length,
      gridRuns: 50,
    });
    expect(courseOf(adequate().decision).part).toBeUndefined();
  });
});

describe("ranks that were not compared to the end", () => {
  test("dropped from a race, refuted by real runs, or predicted and not trained", () => {
    expect(courseOf(raced().decision).leftBehind).toEqual(raced().decision.excluded?.map(({ rank }) => rank));
    expect(courseOf(raced().decision).leftBehind).toContain(2);
    expect(courseOf(refutedProbe().decision).leftBehind).toEqual([4]);
    expect(courseOf(refutedProbe().decision).predictedOnly).toEqual([16]);
    expect(courseOf(raced().decision).predictedOnly).toEqual([]);
  });
  test("a rank whose runs failed was not left behind on evidence", () => {
    const results = raced();
    const looks = results.decision.race!.looks.map((look) => ({
      ...look,
      dropped: look.dropped.map(({ rank, reason }) => ({ rank, reason, cause: "failed" as const })),
    }));
    const race = { ...results.decision.race!, looks };
    expect(courseOf({ race }).leftBehind).toEqual([]);
  });
});
