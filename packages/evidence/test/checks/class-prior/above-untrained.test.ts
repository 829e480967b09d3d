import { describe, expect, test } from "vitest";
import { aboveBase, aboveClassPrior } from "../../../src/checks/class-prior/above-untrained.ts";
import { decide } from "../../../src/index.ts";
import type { Decision, RankConvergence } from "../../../src/schema/types.ts";
import { claimsOf } from "../../../src/words/claims-of.ts";
import { inWords } from "../../../src/words/in-words.ts";
import type { ClaimInputs } from "../../../src/words/sweep-claims.ts";
import { nestedTable, withClasses } from "../../decide/tables.ts";
import { exampleResults } from "../../fixtures/results.ts";
import { drawSweep } from "./prior-worlds.ts";

const losses: Readonly<Record<number, number>> = { 4: 0.615, 16: 0.85, 32: 1.1 };
const equal = nestedTable({ 4: [0.9, 0.9], 16: [0.9, 0.9], 32: [0.9, 0.9] });
const { classPrior: _, ...compared } = decide(withClasses(equal));
const decision: Decision = {
  ...compared,
  ranks: compared.ranks.map((one) => ({ ...one, logLoss: losses[one.rank]! })),
};
const advantage = { accuracy: 0.1, accuracyInterval: [0.05, 0.15] } as const;
const classPrior = (learned: readonly number[]): NonNullable<Decision["classPrior"]> => ({
  ...{ accuracy: 0.5, logLoss: 0.6, source: "labels", state: "better" },
  ranks: [4, 16, 32].map((rank) => ({ ...advantage, rank, isBetter: learned.includes(rank) })),
});
const wordsOf = (found: Decision | ClaimInputs): string[] =>
  claimsOf(found)
    .filter(({ kind }) => kind === "above-untrained" || kind === "behind-prior")
    .map(inWords);

describe("ranks above the class prior", () => {
  test("are those whose log loss is larger by more than the margin, 0.02 nats, and have their figures", () => {
    expect(aboveClassPrior({ ...decision, classPrior: classPrior([4, 16, 32]) })).toEqual({
      untrained: "class-prior",
      logLoss: 0.6,
      ranks: [
        { rank: 16, logLoss: 0.85 },
        { rank: 32, logLoss: 1.1 },
      ],
    });
    expect(wordsOf({ ...decision, classPrior: classPrior([4, 16, 32]) })).toEqual([
      "Ranks 16 and 32 end above the log loss of always answering with the shares of the classes, 0.600 nats, at 0.850 and " +
        "1.100: they are overconfident. Train for fewer epochs or at a lower learning rate.",
    ]);
  });

  test("are not to be trained longer, even if the loss of another rank was still falling", () => {
    const convergence = [{ rank: 4, seeds: 2, epochs: 3, threshold: 0.02, state: "falling" }] as const;
    const falling = { ...decision, convergence };
    const advises = (found: Decision) => claimsOf(found).some(({ kind }) => kind === "train-longer");
    expect(advises(falling)).toBe(true);
    expect(advises({ ...falling, classPrior: classPrior([4, 16, 32]) })).toBe(false);
  });

  test("are found in runs that are often right and far too sure", () => {
    const { cells, ...drawn } = drawSweep({ right: [0.95, 0.6] }, 1);
    const loud = cells.map((cell) =>
      cell.rank === 2
        ? cell
        : { ...cell, logLoss: Array.from(cell.correct, (right) => (right === 1 ? 0.001 : 9)) },
    );
    const right = loud.filter(({ rank }) => rank === 4).flatMap(({ correct }) => Array.from(correct));
    const wrong = right.filter((one) => one === 0).length / right.length;
    const found = aboveClassPrior(decide({ ...drawn, cells: loud }))!;
    expect(found.ranks).toEqual([{ rank: 4, logLoss: expect.closeTo(9 * wrong + 0.001 * (1 - wrong), 9) }]);
    expect(aboveClassPrior(decide({ ...drawn, cells }))).toBeUndefined();
  });

  test("are overconfident only if they have learned something, by another metric or by heart", () => {
    const found = { ...decision, classPrior: classPrior([4, 16]) };
    const line: RankConvergence = { rank: 32, seeds: 2, epochs: 3, threshold: 0.02, state: "memorising" };
    expect(aboveClassPrior(found)!.ranks).toEqual([{ rank: 16, logLoss: 0.85 }]);
    expect(wordsOf(found)[0]).toMatch(/^Rank 32 is not shown to be better/);
    const byHeart = { ...found, convergence: [line] };
    expect(aboveClassPrior(byHeart)!.ranks.map(({ rank }) => rank)).toEqual([16, 32]);
    expect(wordsOf(byHeart)).toEqual([expect.stringMatching(/^Ranks 16 and 32 end above/)]);
  });

  test("are not named where the verdict says that nothing was learned, nor where classes or log losses are unknown", () => {
    const prior = classPrior([4, 16, 32]);
    expect(aboveClassPrior(decision)).toBeUndefined();
    for (const change of [{ state: "unclear" }, { source: "agreement" }] as const)
      expect(aboveClassPrior({ ...decision, classPrior: { ...prior, ...change } })).toBeUndefined();
    expect(aboveClassPrior({ ...compared, classPrior: prior })).toBeUndefined();
  });
});

describe("ranks above the base without an adapter", () => {
  const untouchedBase = { accuracy: 0, logLoss: 1, correct: [0, 0], logLosses: [0.5, 1.5] };
  const results = { ...exampleResults(), decision };

  test("are named with the base's log loss", () => {
    expect(aboveBase({ decision, untouchedBase })).toEqual({
      untrained: "untouched-base",
      logLoss: 1,
      ranks: [{ rank: 32, logLoss: 1.1 }],
    });
    expect(wordsOf({ ...results, untouchedBase })).toEqual([
      "Rank 32 ends above the log loss of the base without an adapter, 1.000 nats, at 1.100: what was learned does not hold " +
        "for other examples. Train for fewer epochs or at a lower learning rate.",
    ]);
  });

  test("are not named if their training loss rose, which has words of its own, nor without that base", () => {
    const stuck: RankConvergence = {
      rank: 32,
      seeds: 2,
      epochs: 3,
      threshold: 0.02,
      state: "stuck",
      rose: true,
    };
    expect(aboveBase({ decision: { ...decision, convergence: [stuck] }, untouchedBase })).toBeUndefined();
    expect(wordsOf(results)).toEqual([]);
  });
});
