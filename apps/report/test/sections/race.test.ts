import type { RaceSummary } from "@lorank/core/results";
import { describe, expect, test } from "vitest";
import { adequate, raced } from "../fixtures/scenes.ts";
import { sectionText } from "./section-text.ts";

const ended = (stopped: RaceSummary["stopped"] | "running") => {
  const results = raced();
  const { stopped: _, ...race } = results.decision.race!;
  const summary = stopped === "running" || stopped === undefined ? race : { ...race, stopped };
  return sectionText({ ...results, decision: { ...results.decision, race: summary } }, "race")!;
};

describe("the section of a race", () => {
  test("a grid has none, nor has a race before its first look", () => {
    expect(sectionText(adequate(), "race")).toBeUndefined();
    const results = raced();
    const race = { ...results.decision.race!, looks: [] };
    expect(sectionText({ ...results, decision: { ...results.decision, race } }, "race")).toBeUndefined();
  });
  test("lists every look with who was in play, its share of the error, its promise and who dropped out", () => {
    const text = sectionText(raced(), "race")!;
    expect(text).toMatch(
      / 3 2, 4, 8, 16, 32 5% \d+% – 5 2, 4, 8, 16, 32 15% \d+% rank 2: it is 4\.7 ± 1\.8 points below rank 8, beyond the margin 8 4, 8, 16, 32 20% – – /,
    );
  });
  test("says where it stopped, why, and what that took", () => {
    expect(ended("settled")).toContain(
      "It stopped after 8 of 10 planned seeds, because the verdict was settled. That took 37 of the grid's 50 runs.",
    );
    expect(ended("futile")).toContain("because the seeds left would hardly have led to a verdict");
    expect(ended("spent")).toContain("It ran all of its 10 planned seeds");
    expect(ended("running")).toContain("The race is not over: it has run 8 of 10 planned seeds");
  });
});
