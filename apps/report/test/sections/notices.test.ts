import { claimsOf, type Results } from "@lorank/evidence/results";
import { describe, expect, test } from "vitest";
import { claimsAt } from "../../src/data/places.ts";
import { makeResults } from "../fixtures/make-results.ts";
import {
  adequate,
  nothingLearned,
  oneSeed,
  probed,
  raced,
  rateDecides,
  refutedProbe,
  withFailures,
} from "../fixtures/scenes.ts";
import { sectionText } from "./section-text.ts";

const notices = (results: ReturnType<typeof adequate>) => claimsAt("notices", claimsOf(results));

describe("the notices", () => {
  test("are none when nothing is wrong, or when the verdict says it", () => {
    for (const scene of [adequate, nothingLearned, oneSeed]) {
      expect(notices(scene())).toEqual([]);
      expect(sectionText(scene(), "notices")).toBeUndefined();
    }
  });
  test("say how many validation examples were left out, or kept, because they are in training", () => {
    const { data, ...results } = adequate();
    const overlapped = (overlap: Results["data"]["overlap"] & {}) =>
      sectionText({ ...results, data: { ...data, overlap } }, "notices");
    expect(overlapped({ validation: 12 })).toContain(
      "12 validation examples that are also in training were left out",
    );
    expect(overlapped({ validation: 12, kept: true })).toMatch(
      /12 of [\d,]+ validation examples are also in training\./,
    );
  });
  test("count the runs that failed by what happened to them", () => {
    expect(notices(withFailures())[0]).toMatchObject({
      kind: "failed-runs",
      planned: 25,
      diverged: 2,
      outOfMemory: 1,
      missing: 1,
      ranks: [2, 16, 32],
      seeds: 2,
    });
    expect(sectionText(withFailures(), "notices")).toContain("Read this first Of 25 planned runs");
  });
  test("give the reason why a rank is not compared", () => {
    const results = makeResults({
      ranks: [2, 4, 8],
      seeds: [0, 1],
      examples: 40,
      steps: 4,
      failures: [0, 1].map((seed) => ({ rank: 8, seed, status: "diverged" as const })),
    });
    const [excluded] = results.decision.excluded ?? [];
    expect(notices(results)).toContainEqual({ kind: "excluded", topic: "caution", ...excluded });
  });
  test("are silent of ranks that a race dropped or that real runs refuted, which is what these methods do", () => {
    expect(raced().decision.excluded?.map(({ rank }) => rank)).toContain(2);
    expect(refutedProbe().decision.excluded?.map(({ rank }) => rank)).toEqual([4]);
    for (const scene of [probed, raced, refutedProbe]) expect(notices(scene())).toEqual([]);
  });
  test("warn of steps that grow with the rank, and of ranks whose loss was still falling", () => {
    const { decision, ...results } = rateDecides();
    expect(notices(rateDecides())).toMatchObject([{ kind: "step-size", rule: "alpha-follows-rank" }]);
    const convergence = decision.convergence!.map((one) => ({ ...one, state: "falling" as const }));
    expect(notices({ ...results, decision: { ...decision, convergence } })[0]).toMatchObject({
      kind: "still-falling",
      ranks: [2, 8, 64],
    });
  });
  test("warn where a rank bears a rate that another does not; a flip is in the verdict already", () => {
    const { decision, ...results } = rateDecides();
    const robustness = { ...decision.robustness!, order: "breaks" as const };
    expect(notices({ ...results, decision: { ...decision, robustness } })[0]?.kind).toBe("rate-breaks");
  });
  test("warn of ranks that only answer the most frequent class", () => {
    const results = makeResults({
      ranks: [2, 4],
      seeds: [0, 1],
      examples: 400,
      steps: 4,
      accuracyOf: (rank) => (rank === 2 ? 0.5 : 0.9),
    });
    expect(notices(results)).toMatchObject([{ kind: "stuck", ranks: [2] }]);
    const { convergence: _, ...decision } = results.decision;
    expect(notices({ ...results, decision })).toMatchObject([
      { kind: "behind-prior", ranks: [2] },
      { kind: "few-steps", steps: 4 },
    ]);
  });
});
