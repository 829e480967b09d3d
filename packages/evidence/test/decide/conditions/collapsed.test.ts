import { expect, test } from "vitest";
import { type DecideOptions, decideScores, type ScoredRun } from "../../../src/index.ts";
import { claimsOf } from "../../../src/words/claims-of.ts";

const seeds = [0, 1, 2, 3, 4];
const offsets = [0.001, -0.002, 0, 0.002, -0.001];

/** Runs of five seeds; the first of rank 8 collapsed, and then forgot `lost` nats. */
function runsOf(lost: number): ScoredRun[] {
  const planted = [
    { rank: 4, score: 0.6, forgetting: 0.01 },
    { rank: 8, score: 0.8, forgetting: 0.03 },
    { rank: 32, score: 0.85, forgetting: 0.12 },
  ];
  return planted.flatMap(({ rank, score, forgetting }, r) =>
    seeds.map((seed) => {
      const noise = offsets[(seed + 2 * r) % 5]!;
      const hasCollapsed = rank === 8 && seed === 0;
      return {
        ...{ rank, seed, score: hasCollapsed ? 0.1 : score + noise },
        secondary: [{ name: "forgetting", values: [hasCollapsed ? lost : forgetting + noise] }],
      };
    }),
  );
}

const limited = (limit: number): DecideOptions => ({
  ...{ metric: "accuracy", margin: 0.01 },
  secondary: [{ name: "forgetting", better: "lower", limit }],
});

test.each([0.03, 0.9])("without a collapsed run the condition holds, too: it forgot %d nats", (lost) => {
  const decision = decideScores({ runs: runsOf(lost) }, limited(0.05));
  expect(decision.collapsed).toMatchObject([{ rank: 8, seed: 0 }]);
  expect(decision.rank).toBeNull();
  // Rank 32 has the best score and violates the condition.
  expect(decision.withoutCollapsed).toMatchObject({ verdict: "adequate", rank: 8, certifiedRank: 8 });
  expect(decision.explanation).toContain("Without it: rank 8 is recommended.");
  expect(decision.explanation).not.toContain("Too few seeds");
});

test("the answer is that of the other seeds alone, where every pair lost one", () => {
  const ofTwo = runsOf(0.9).filter(({ rank }) => rank < 32);
  const without = decideScores({ runs: ofTwo }, limited(0.05)).withoutCollapsed!;
  const { verdict, rank, certifiedRank } = decideScores(
    { runs: ofTwo.filter(({ seed }) => seed !== 0) },
    limited(0.05),
  );
  expect(without).toEqual({ verdict, rank, certifiedRank });
});

test("where no rank meets the condition without it either, none is named", () => {
  const decision = decideScores({ runs: runsOf(0.03) }, limited(0.001));
  expect(decision.withoutCollapsed).toEqual({ verdict: "inconclusive", rank: null, certifiedRank: null });
  const claim = claimsOf(decision).find(({ kind }) => kind === "collapsed");
  expect(claim).toMatchObject({ now: { is: "none" }, without: { is: "none" } });
  expect(decision.explanation).not.toContain("Without it");
});

test("a condition that all meet leaves the answer as it is without conditions", () => {
  const runs = runsOf(0.03);
  const { secondary: _, ...alone } = limited(1);
  const { verdict, rank, certifiedRank } = decideScores({ runs }, alone).withoutCollapsed!;
  expect(decideScores({ runs }, limited(1)).withoutCollapsed).toEqual({ verdict, rank, certifiedRank });
});
