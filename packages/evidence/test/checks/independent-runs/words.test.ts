import { expect, test } from "vitest";
import type { IndependentRunsBodies } from "../../../src/checks/independent-runs/claims.ts";
import type { SeparateExamplesBodies } from "../../../src/checks/separate-examples/claims.ts";
import { claimsWith } from "../../../src/claims/claim.ts";
import { decideScores } from "../../../src/index.ts";
import { claimsOf } from "../../../src/words/claims-of.ts";
import { inWords } from "../../../src/words/in-words.ts";

const claim = claimsWith<IndependentRunsBodies & SeparateExamplesBodies>();

test("runs that depend on each other", () => {
  expect(
    inWords(claim.caution("dependent-runs", { order: "time", shownBy: "outcomes", chance: 0.0045 })),
  ).toBe(
    "Runs that follow each other in time are right on the same examples more often than others (by chance in at most 0.5% of " +
      "sweeps). Each may have started from the one before, or the machine changed: then intervals are too narrow.",
  );
  expect(
    inWords(claim.caution("dependent-runs", { order: "seed", shownBy: "scores", chance: 0.002 })),
  ).toMatch(/^Runs that follow each other by their seeds have nearer scores than others /);
  expect(inWords(claim.caution("warm-starts", { runs: 8, of: 12 }))).toBe(
    "8 of 12 runs began with the weights of another run, by the table. They are not independent, so intervals are too narrow.",
  );
});

test("examples that seem to be in groups", () => {
  const shared = { validation: 412, by: "passages", examples: 800 } as const;
  const end =
    "If they come from the same documents, intervals are too narrow: name a group column with --group-column.";
  expect(inWords(claim.caution("shared-sources", shared))).toBe(
    `412 of 800 validation examples share long passages with another one. ${end}`,
  );
  expect(inWords(claim.caution("shared-sources", { ...shared, withTraining: 90 }))).toBe(
    `412 of 800 validation examples share long passages with another one, 90 with a training example. ${end}`,
  );
  expect(inWords(claim.caution("shared-sources", { ...shared, validation: 0, withTraining: 90 }))).toBe(
    `90 of 800 validation examples share long passages with a training example. ${end}`,
  );
});

test("ranks that ran one after the other are named where a difference is shown", () => {
  const kinds = (gap: number) =>
    claimsOf(
      decideScores({
        runs: [4, 8].flatMap((rank, r) =>
          [0, 1, 2, 3].map((seed) => ({
            ...{ rank, seed, startedAt: 10 * r + seed },
            score: 0.8 + gap * r + [0.001, -0.002, 0.002, 0][(seed + r) % 4]!,
          })),
        ),
      }),
    ).map(({ kind }) => kind);
  expect(kinds(0.1)).toContain("ranks-in-turn");
  expect(kinds(0)).not.toContain("ranks-in-turn");
});
