import type { RaceSummary } from "@lorank/core/results";
import { describe, expect, test } from "vitest";
import { race as course } from "../fixtures/race-summary.ts";
import { adequate, raced } from "../fixtures/scenes.ts";
import { sectionText } from "./section-text.ts";

const ended = (stopped: RaceSummary["stopped"] | "running") => {
  const results = raced();
  const { stopped: _, ...race } = course;
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
    expect(ended("settled")).toContain(
      " 3 2, 4, 8, 16, 32 5% 80% rank 2: it is 5.0 ± 2.0 points below rank 8, beyond the margin " +
        "5 4, 8, 16, 32 15% – rank 4: 1 of its runs completed; rank 32: it is 1.0 ± 0.5 points below the smaller rank 16 ",
    );
  });
  test("the seeds of a race that was run are those of its last look", () => {
    const { looks } = raced().decision.race!;
    expect(sectionText(raced(), "race")).toContain(
      `It stopped after ${looks.at(-1)!.seeds} of 10 planned seeds`,
    );
  });
  test("says where it stopped, why, and what that took", () => {
    expect(ended("settled")).toContain(
      "It stopped after 5 of 10 planned seeds, because the comparison was settled. That took 23 of the grid's 50 runs.",
    );
    expect(ended("futile")).toContain("because the seeds left would hardly have led to a verdict");
    expect(ended("spent")).toContain("It ran all of its 10 planned seeds");
    expect(ended("running")).toContain("The race is not over: it has run 5 of 10 planned seeds");
  });
});
