import { describe, expect, test } from "vitest";
import { checkClaims } from "../../../src/checks/claims.ts";
import { decide } from "../../../src/index.ts";
import type { Decision, RankConvergence } from "../../../src/schema/types.ts";
import { claimsOf, onTopic } from "../../../src/words/claims-of.ts";
import { nestedTable, withClasses } from "../../decide/tables.ts";

const decision = decide(withClasses(nestedTable({ 4: [0.9, 0.9], 32: [0.9, 0.9] })));
const claimsWith = (convergence: readonly RankConvergence[], more: Partial<Decision> = {}) =>
  checkClaims({ ...decision, convergence, ...more }, "onRuns");

describe("the check of convergence", () => {
  test("a stuck rank had learned next to nothing: train longer", () => {
    const base = { seeds: 3, fall: 0, interval: [-0.1, 0.1], threshold: 0.02, trainLoss: 0.6 } as const;
    const found: RankConvergence[] = [
      { ...base, rank: 1, epochs: 1.5, state: "stuck" },
      { ...base, rank: 4, epochs: 1.5, state: "stuck" },
      { ...base, rank: 32, epochs: 1.5, state: "unclear" },
    ];
    expect(claimsWith(found)).toMatchObject([
      { kind: "stuck", ranks: [1, 4], rose: false },
      { kind: "train-longer", epochs: 3, maySpeedDiffer: true },
    ]);
    expect(claimsWith(found.slice(2))).toEqual([]);
  });

  test("a rank that is stuck, or whose loss still fell, is trained longer before more seeds are run", () => {
    const open = decide(nestedTable({ 4: [0.9, 0.86], 32: [0.86, 0.9] }));
    const base = { rank: 4, seeds: 2, epochs: 1, threshold: 0.02 } as const;
    const adviceWith = (convergence: readonly RankConvergence[]) =>
      onTopic(claimsOf({ ...open, convergence }), "next").map(({ kind }) => kind);
    expect(adviceWith([{ ...base, state: "stuck" }])).toEqual(["train-longer", "no-design-settles"]);
    expect(adviceWith([{ ...base, state: "falling" }])).toEqual(["train-longer", "no-design-settles"]);
  });

  test("a stuck rank whose loss rose needs another rate, not a longer training", () => {
    const base = { seeds: 3, epochs: 1, threshold: 0.02, state: "stuck" } as const;
    const risen: RankConvergence[] = [{ ...base, rank: 64, rose: true }];
    expect(claimsWith(risen)).toMatchObject([
      { kind: "stuck", ranks: [64], rose: true },
      { kind: "search-rate" },
    ]);
    expect(claimsWith([{ ...base, rank: 4 }, ...risen]).map(({ kind }) => kind)).toEqual([
      "stuck",
      "stuck",
      "search-rate",
      "train-longer",
    ]);
  });

  test("a rank that is not better than the class prior is named once, and not where the verdict says it of all", () => {
    const advantage = { accuracy: 0, accuracyInterval: [-0.1, 0.1] } as const;
    const classPrior = {
      accuracy: 0.7,
      logLoss: 0.611,
      source: "labels",
      state: "better",
      ranks: [
        { ...advantage, rank: 1, isBetter: false },
        { ...advantage, rank: 4, isBetter: false },
        { ...advantage, rank: 32, isBetter: true },
      ],
    } as const;
    const stuck = { rank: 1, seeds: 3, epochs: 1, threshold: 0.02, state: "stuck" } as const;
    expect(claimsWith([stuck], { classPrior })).toMatchObject([
      { kind: "stuck", ranks: [1] },
      { kind: "behind-prior", ranks: [4] },
      { kind: "train-longer" },
    ]);
    expect(claimsWith([stuck], { classPrior: { ...classPrior, state: "unclear" } })).toEqual([]);
  });
});
