import { expect, test } from "vitest";
import type { CollapsedBodies } from "../../../src/checks/collapsed/claims.ts";
import { claimsWith } from "../../../src/claims/claim.ts";
import { inWords } from "../../../src/words/in-words.ts";

const claim = claimsWith<CollapsedBodies>();

const run = { rank: 64, seed: 123, score: 0.4946, others: [0.842, 0.867] } as const;
const bet = { rank: 32, is: "best-bet" } as const;
const seen = "Seed 123 of rank 64 scored 49.5%, its other seeds 84.2 to 86.7%.";

test.each([
  [{ without: { rank: 16, is: "recommended" } as const }, `${seen} Without it: rank 16 is recommended.`],
  [{ without: { rank: 16, is: "proven" } as const }, `${seen} Without it: rank 16 is enough.`],
  [
    { without: bet },
    `${seen} Without it the answer is the same: no rank is recommended, and rank 32 is the best bet.`,
  ],
  [{}, `${seen} Too few seeds are left to decide without it.`],
  [{ now: { is: "none" } as const }, seen],
])("%j: %s", (change, sentence) => {
  expect(inWords(claim.caution("collapsed", { metric: "accuracy", runs: [run], now: bet, ...change }))).toBe(
    sentence,
  );
});

test("a run of an unknown seed", () => {
  const { seed: _, ...unknown } = run;
  expect(
    inWords(claim.caution("collapsed", { metric: "accuracy", runs: [unknown], now: { is: "none" } })),
  ).toBe("A run of rank 64 scored 49.5%, its other runs 84.2 to 86.7%.");
});

test("of many runs three are named", () => {
  const runs = [1, 2, 3, 4, 5].map((seed) => ({ ...run, seed, others: [0.867, 0.867] as const }));
  expect(inWords(claim.caution("collapsed", { metric: "accuracy", runs, now: bet }))).toBe(
    "Seed 1 of rank 64 scored 49.5%, its other seeds 86.7%. Seed 2 of rank 64 scored 49.5%, its other seeds 86.7%. " +
      "Seed 3 of rank 64 scored 49.5%, its other seeds 86.7%. 2 more runs fell behind so, too. " +
      "Too few seeds are left to decide without them.",
  );
});
