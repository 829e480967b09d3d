import { describe, expect, test } from "vitest";
import { decideOutcomes } from "../../src/methods/grid/decide.ts";
import { decideRace } from "../../src/methods/race/decide.ts";
import type { ExclusionCause } from "../../src/schema/decision-facts.ts";
import { claimsOf } from "../../src/words/claims-of.ts";
import { explained, inWords } from "../../src/words/in-words.ts";
import { nestedTable, withoutRuns } from "../decide/tables.ts";

const table = nestedTable({ 4: [0.9, 0.9, 0.9], 32: [0.9, 0.9, 0.9] });
const facts = decideOutcomes(table);
const drop = {
  rank: 1,
  cause: "beyond-margin",
  against: 16,
  shortfall: 0.203,
  interval: [0.193, 0.213],
} as const;
const failed = { kind: "failed", runs: 3, completed: 1, statuses: ["diverged", "out-of-memory"] } as const;

const reasons: readonly [ExclusionCause, string][] = [
  [failed, "only 1 of its 3 runs completed (diverged or ran out of memory), fewer than half"],
  [{ ...failed, completed: 0, statuses: ["missing"] }, "it has outcomes under none of the 3 seeds"],
  [{ ...failed, statuses: ["missing"] }, "it has outcomes under only 1 of the 3 seeds"],
  [{ ...failed, runs: 1, completed: 0, statuses: ["diverged"] }, "none of its 1 run completed (diverged)"],
  [{ kind: "no-shared-seed" }, "no seed that the other ranks completed was completed by this one"],
  [{ kind: "copies" }, "its runs are copies of those of a smaller rank"],
  [
    { kind: "dropped", seeds: 3, drop },
    "dropped after 3 seeds: it is 20.3 ± 1.0 points below rank 16, beyond the margin",
  ],
  [
    { kind: "dropped", seeds: 4, drop: { ...drop, cause: "smaller-is-better", against: 2 } },
    "dropped after 4 seeds: it is 20.3 ± 1.0 points below the smaller rank 2",
  ],
  [
    { kind: "dropped", seeds: 1, drop: { rank: 1, cause: "failed", why: { kind: "no-shared-seed" } } },
    "dropped after 1 seed: no seed that the other ranks completed was completed by this one",
  ],
  [
    { kind: "refuted", confirmation: { rank: 1, seeds: 6, share: 0.7, outcome: "failed" }, fromRank: 16 },
    "its runs failed",
  ],
  [
    {
      kind: "refuted",
      confirmation: {
        rank: 1,
        seeds: 6,
        share: 0.7,
        outcome: "refuted",
        advantage: -0.05,
        interval: [-0.06, -0.04],
      },
      fromRank: 16,
    },
    "real runs were 5.0 ± 1.0 points below rank 16",
  ],
];

describe("a decision in words", () => {
  test.each(reasons)("has the reason for %j", (cause, reason) => {
    const { excluded } = explained({ ...facts, excluded: [{ rank: 1, cause }] });
    expect(excluded).toEqual([{ rank: 1, reason }]);
  });

  test("is explained by its claims, and keeps its numbers", () => {
    const { explanation, ...decided } = explained(facts);
    expect(decided).toEqual(facts);
    expect(explanation).toBe(inWords(claimsOf(decided)));
  });

  test("has reasons for whom a race dropped, in its looks too, even where every run failed", () => {
    const failing = withoutRuns(table, () => true);
    const decision = explained(decideRace(failing, { ranks: [4, 32], seeds: [0, 1, 2] }));
    const reason = "none of its 3 runs completed (diverged)";
    expect(decision.race!.looks[0]!.dropped).toEqual([
      { rank: 4, cause: "failed", reason },
      { rank: 32, cause: "failed", reason },
    ]);
    expect(decision.excluded!.map((one) => one.reason)).toEqual(
      [4, 32].map(() => `dropped after 3 seeds: ${reason}`),
    );
    expect(decision.explanation).toBe(inWords(claimsOf(decision)));
  });
});
