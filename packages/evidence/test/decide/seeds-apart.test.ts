import { describe, expect, test } from "vitest";
import { compareRanks } from "../../src/decide/compare.ts";
import { fitsApart } from "../../src/decide/interval/apart.ts";
import { independentSample } from "../../src/decide/interval/example-sample.ts";
import { comparedDesign } from "../../src/decide/paired-design.ts";
import { decide, type Outcome, outcomesFromRows } from "../../src/index.ts";
import { randomStream } from "../../src/statistics/random.ts";

interface RankOf {
  readonly seeds: readonly number[];
  /** Share by which the rank is worse. */
  readonly behind?: number;
  /** Standard deviation between its runs. */
  readonly luck?: number;
}

/** Runs of ranks on the same 400 examples, right where a latent value of the example and the run allows. */
function rowsOf(
  ranks: Readonly<Record<number, RankOf>>,
  { uniform, normal }: Pick<ReturnType<typeof randomStream>, "uniform" | "normal">,
): Outcome[] {
  const difficulty = Array.from({ length: 400 }, () => uniform());
  return Object.entries(ranks).flatMap(([rank, { seeds, behind = 0, luck = 0.01 }]) =>
    seeds.flatMap((seed) => {
      const level = 0.8 - behind + luck * normal();
      return difficulty.map((hard, example): Outcome => {
        const correct = hard + 0.1 * normal() < level ? 1 : 0;
        return { rank: Number(rank), seed, example, correct };
      });
    }),
  );
}

const apart = { 4: { seeds: [1, 2, 3] }, 16: { seeds: [11, 12, 13, 14] }, 64: { seeds: [21, 22, 23] } };

describe("outcomes of ranks without common seeds", () => {
  const rows = rowsOf(apart, randomStream(3));
  const decision = decide(outcomesFromRows(rows), { margin: 0.05 });

  test("are compared over all runs, none of which is left out", () => {
    expect(decision.ranks.map(({ rank, seeds }) => [rank, seeds])).toEqual([
      [4, 3],
      [16, 4],
      [64, 3],
    ]);
    expect(decision).toMatchObject({ seeds: 3, seedsAre: "apart" });
    expect(decision).not.toHaveProperty("excluded");
    expect(decision).not.toHaveProperty("leftOut");
    expect(decision.explanation).toContain(
      "3 to 4 runs a rank, compared as separate samples since no seeds are shared, and 400 examples",
    );
  });
  test("give the same decision in any order of rows", () => {
    const { uniform } = randomStream(9);
    const shuffled = rows
      .map((row) => ({ row, place: uniform() }))
      .sort((a, b) => a.place - b.place)
      .map(({ row }) => row);
    // Sums over the examples differ in the last digit.
    const rounded = (one: unknown): string =>
      JSON.stringify(one, (_, value) => (typeof value === "number" ? value.toPrecision(9) : value));
    expect(rounded(decide(outcomesFromRows(shuffled), { margin: 0.05 }))).toBe(rounded(decision));
  });
  test("whose seeds are shared by two ranks or more stay paired", () => {
    const named = rows.map((row) => ({ ...row, seed: row.seed % 10 }));
    expect(decide(outcomesFromRows(named))).toMatchObject({ seeds: 3 });
    expect(decide(outcomesFromRows(named))).not.toHaveProperty("seedsAre");
  });
  test("leave out a rank with one run", () => {
    const one = rows.filter(({ rank, seed }) => rank !== 16 || seed === 11);
    expect(decide(outcomesFromRows(one)).excluded).toEqual([
      { rank: 16, reason: "it has one run, which cannot show how much the rank varies" },
    ]);
  });
});

test("a fit of separate samples has the variance of the mean that its parts say", () => {
  // Four examples, two runs of one rank and three of the other, worked out by hand.
  const first = [Float64Array.of(1, 0, 1, 1), Float64Array.of(1, 0, 0, 1)];
  const second = [Float64Array.of(0, 0, 1, 1), Float64Array.of(1, 0, 0, 0), Float64Array.of(0, 0, 0, 1)];
  const { fits } = fitsApart([first, second], independentSample(4), { sign: 1, noisy: [] });
  const [fit] = fits;
  expect(fit!.mean).toBeCloseTo(5 / 8 - 4 / 12, 12);
  expect(fit!.seeds).toBe(2);
  // Run means 3/4 and 1/2; 1/2, 1/4, 1/4. Mean squares 4 · 1/32 = 1/8 and 4 · 1/48 = 1/12.
  expect(fit!.seedSquare).toBeCloseTo(2 * (1 / 8 / 2 + 1 / 12 / 3), 12);
  // Residuals: Σ (x − row − column + mean)² is 3/8 of the first, by 3, and 11/6 of the second, by 6.
  const residual = 1 / 8 / 2 + 11 / 36 / 3;
  expect(fit!.components.residual).toBeCloseTo(2 * residual, 12);
  const differences = [1 - 1 / 3, 0, 0.5 - 1 / 3, 1 - 2 / 3];
  const square = differences.reduce((sum, d) => sum + (d - fit!.mean) ** 2, 0) / 3;
  expect(fit!.components.example).toBeCloseTo(Math.max(0, square - residual), 12);
});

test("equal ranks without common seeds are seldom said to differ, and a loss of six points is found", () => {
  const stream = randomStream(46);
  let [wrong, found] = [0, 0];
  const sweeps = 150;
  const claims = (ranks: Readonly<Record<number, RankOf>>): boolean =>
    compareRanks(comparedDesign(outcomesFromRows(rowsOf(ranks, stream))), "accuracy", 0.95).pairs.some(
      ({ supported }) => supported,
    );
  for (let i = 0; i < sweeps; i++) {
    if (claims({ ...apart, 64: { seeds: [21, 22, 23], luck: 0.03 } })) wrong++;
    if (claims({ ...apart, 4: { seeds: [1, 2, 3], behind: 0.06 } })) found++;
  }
  // 5 % of 150 and three standard errors.
  expect(wrong).toBeLessThanOrEqual(15);
  expect(found).toBeGreaterThan(sweeps / 2);
});
