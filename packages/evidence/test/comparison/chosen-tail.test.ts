import { expect, test } from "vitest";
import { chosenTail } from "../../src/comparison/compare-sides.ts";
import { normalQuantile } from "../../src/statistics/normal.ts";
import { randomStream } from "../../src/statistics/random.ts";

test("a single rank on each side leaves half of the error to each direction", () => {
  expect(chosenTail(0.05, 1, 1)).toBeCloseTo(0.025, 6);
  expect(chosenTail(0.2, 1, 1)).toBeCloseTo(0.1, 6);
});

test("more choice never widens the tail, and sides count alike", () => {
  const tails = [1, 2, 3, 4, 8, 16].map((ranks) => chosenTail(0.05, 1, ranks));
  expect(tails).toEqual([...tails].sort((a, b) => b - a));
  expect(tails.at(-1)).toBeLessThan(tails[1]! / 4);
  expect(chosenTail(0.05, 4, 12)).toBe(chosenTail(0.05, 12, 4));
});

/** Share of pairs of best means, of equal ranks, that are further apart than the interval reaches. */
function errorOf(
  tail: number,
  { first, second, noisier }: { first: number; second: number; noisier: number },
): number {
  const { normal } = randomStream(7);
  const limit = -normalQuantile(tail) * Math.hypot(1, noisier);
  const best = (ranks: number): number => Math.max(...Array.from({ length: ranks }, normal));
  const draws = 40_000;
  let apart = 0;
  for (let i = 0; i < draws; i++) if (Math.abs(best(first) - noisier * best(second)) > limit) apart++;
  return apart / draws;
}

test.each([1, 2, 4, 12])(
  "best means of equal ranks, at most %i a side, are said to differ in at most 5 %",
  (ranks) => {
    const tail = chosenTail(0.05, ranks, ranks);
    const errors = [1, 3].flatMap((noisier) =>
      [1, 2, ranks].map((others) =>
        errorOf(tail, { first: Math.min(others, ranks), second: ranks, noisier }),
      ),
    );
    // Three standard errors of 40,000 draws.
    expect(Math.max(...errors)).toBeLessThan(0.05 + 0.0033);
    expect(Math.max(...errors)).toBeGreaterThan(0.05 - 0.0033);
  },
);
