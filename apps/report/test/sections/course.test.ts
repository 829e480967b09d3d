import { claimsOf, inWords, type RaceSummary } from "@lorank/evidence/results";
import { describe, expect, test } from "vitest";
import { race as course } from "../fixtures/race-summary.ts";
import { adequate, probed, raced, refutedProbe } from "../fixtures/scenes.ts";
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
  test("says where it stopped, why, and what that took", () => {
    const course = claimsOf(raced()).find(({ kind }) => kind === "race-course");
    const { looks } = raced().decision.race!;
    expect(course).toMatchObject({ seeds: looks.at(-1)!.seeds, plannedSeeds: 10, gridRuns: 50 });
    expect(sectionText(raced(), "race")).toContain(inWords(course!));
    const leads = (["settled", "futile", "spent", "running"] as const).map((how) => ended(how).slice(0, 160));
    expect(new Set(leads).size).toBe(4);
  });
});

describe("the section of a probe", () => {
  test("a grid has none", () => {
    expect(sectionText(adequate(), "probe")).toBeUndefined();
  });
  test("a refuted prediction stands beside the one that held", () => {
    const text = sectionText(refutedProbe(), "probe")!;
    expect(text).toMatch(
      / 4 94\.6% .* −2\.3 −2\.8 to −1\.8 refuted: too far below, so a larger rank was tried/,
    );
    expect(text).toMatch(/ 8 94\.6% .* held: real runs lie within the prediction/);
  });
  test("a prediction that real runs missed, and one whose runs failed, are called so", () => {
    const results = probed();
    const withOutcome = (outcome: "missed" | "failed") => {
      const confirmations = results.decision.probe!.confirmations.map((one) => ({ ...one, outcome }));
      return {
        ...results,
        decision: { ...results.decision, probe: { ...results.decision.probe!, confirmations } },
      };
    };
    expect(sectionText(withOutcome("missed"), "probe")).toContain("missed: real runs lie outside");
    expect(sectionText(withOutcome("failed"), "probe")).toContain("its runs failed");
  });
  test("nothing predicted is said, without an empty chart", () => {
    const results = probed();
    const probe = { ...results.decision.probe!, predictions: [], confirmations: [] };
    const text = sectionText({ ...results, decision: { ...results.decision, probe } }, "probe")!;
    expect(text).toContain("No run of rank 64 could be cut");
    expect(text).not.toContain("How to read it");
  });
});
