import { describe, expect, test } from "vitest";
import type { Topic } from "../../src/claims/claim.ts";
import { decide } from "../../src/index.ts";
import { betOf, rankToUse } from "../../src/schema/rank-to-use.ts";
import type { Decision } from "../../src/schema/types.ts";
import type { Claim } from "../../src/words/claim.ts";
import { claimsOf, onTopic } from "../../src/words/claims-of.ts";
import { inWords, kindInWords } from "../../src/words/in-words.ts";
import { nestedTable, withClasses, withoutRuns } from "../decide/tables.ts";
import { find } from "./find.ts";

const fiveTimes = (accuracy: number): number[] => Array.from({ length: 5 }, () => accuracy);
const answerOf = (decision: Decision): Claim[] => onTopic(claimsOf(decision), "verdict");
const kindsOf = (decision: Decision, ...topics: Topic[]): string[] =>
  onTopic(claimsOf(decision), ...topics).map(({ kind }) => kind);

describe("the claims of a decision", () => {
  test("are its explanation", () => {
    const decision = decide(
      nestedTable({ 1: fiveTimes(0.7), 4: fiveTimes(0.9), 32: fiveTimes(0.902) }, 4000),
    );
    expect(decision.explanation).toBe(inWords(claimsOf(decision)));
  });

  test("of an adequate rank are its possible loss, the comparison and which rank is worse", () => {
    const decision = decide(
      nestedTable({ 1: fiveTimes(0.7), 4: fiveTimes(0.9), 32: fiveTimes(0.902) }, 4000),
    );
    const [answer, loss] = answerOf(decision);
    expect(answer).toMatchObject({ kind: "recommended", rank: 4, verdict: "adequate", comparesAll: true });
    const { shortfallBound: bound } = decision.ranks[1]!;
    const body = { rank: 4, bound, margin: 0.01, cheapestOf: "none" };
    expect(loss).toMatchObject({ kind: "possible-loss", ...body });
    const pair = decision.pairs!.find(({ first, second }) => first === 4 && second === 32)!;
    const beside = { rank: 4, than: 32, difference: pair.advantage, interval: pair.interval };
    expect(find(decision, "difference")).toMatchObject(beside);
    expect(find(decision, "worse")?.ranks).toEqual([1]);
    expect(find(decision, "basis")).toMatchObject({ seeds: 5, examples: 4000, holdsFor: "pairs" });
  });

  test("of the smaller of two ranks that none beats say that it is the cheapest of those", () => {
    const decision = decide(
      withClasses(nestedTable({ 1: fiveTimes(0.7), 4: fiveTimes(0.9), 32: fiveTimes(0.9) }, 4000)),
    );
    expect(find(decision, "possible-loss")).toMatchObject({ rank: 4, cheapestOf: "unbeaten" });
    expect(find(decision, "worse")?.ranks).toEqual([1]);
  });

  test("of a smaller rank that may lose too much are which larger one is enough, and what would settle it", () => {
    // Rank 4 is 1.2 points below on average and varies from run to run.
    const decision = decide(
      nestedTable({ 4: [0.888, 0.905, 0.878, 0.896, 0.875], 16: fiveTimes(0.9), 32: fiveTimes(0.9) }, 4000),
    );
    expect([decision.verdict, decision.rank, decision.certifiedRank]).toEqual(["inconclusive", null, 16]);
    const bound = decision.ranks[0]!.shortfallBound!;
    const enough = { kind: "enough", rank: 16, margin: 0.01, open: [{ rank: 4, bound }], atOwnRate: false };
    expect(claimsOf(decision)[0]).toMatchObject(enough);
    expect(kindsOf(decision, "verdict")).toEqual(["enough", "no-difference", "best-bet"]);
    expect(find(decision, "no-difference")).toMatchObject({ isProven: false });
    expect(rankToUse(decision)).toBe(16);
    expect(kindInWords(decision)).toBe("proven");
    expect(find(decision, "needed")).toMatchObject({
      ...decision.needed,
      rank: 4,
      to: "settle",
      now: { seeds: 5, examples: 4000 },
    });
  });

  test("of the smallest of equal ranks are that rank makes no difference, and nothing of others", () => {
    const decision = decide(withClasses(nestedTable({ 4: fiveTimes(0.9), 32: fiveTimes(0.9) }, 4000)));
    expect(find(decision, "no-difference")).toMatchObject({ ranks: [4, 32], spread: 0, isProven: true });
    expect(find(decision, "possible-loss")).toMatchObject({ rank: 4, cheapestOf: "all" });
    expect(kindsOf(decision, "evidence", "next")).toEqual([]);
  });

  test("of ranks below a proven one name as open those alone that no other one is shown to beat", () => {
    const unclear = [0.888, 0.905, 0.878, 0.896, 0.875];
    const named = decide(
      nestedTable({ 2: fiveTimes(0.7), 4: unclear, 16: fiveTimes(0.9), 32: fiveTimes(0.9) }, 4000),
    );
    const decision = { ...named, verdict: "inconclusive", rank: null } as const;
    const [answer] = claimsOf(decision);
    expect(answer).toMatchObject({ kind: "enough", rank: 16, open: [{ rank: 4 }] });
    expect(find(decision, "worse")?.ranks).toEqual([2]);
  });

  test("of a file without certified ranks prove none where no rank is better than the class prior", () => {
    const { certifiedRank: _, ...earlier } = decide(
      nestedTable({ 4: [0.888, 0.905, 0.878, 0.896, 0.875], 16: fiveTimes(0.9), 32: fiveTimes(0.9) }, 4000),
    );
    expect(rankToUse(earlier)).toBe(16);
    const classPrior = {
      accuracy: 0.9,
      logLoss: 0.3,
      source: "labels",
      state: "unclear",
      ranks: [],
    } as const;
    expect(rankToUse({ ...earlier, classPrior })).toBeNull();
  });

  test("of a rank that is named and not proven are what would prove it", () => {
    const accuracies = { 4: [0.897, 0.908, 0.897, 0.909, 0.895], 32: [0.904, 0.897, 0.911, 0.896, 0.904] };
    const unclear = decide(nestedTable(accuracies));
    expect(unclear).toMatchObject({ verdict: "indistinguishable", rank: 4, certifiedRank: null });
    const { shortfallBound: bound } = unclear.ranks[0]!;
    expect(find(unclear, "possible-loss")).toMatchObject({ rank: 4, bound });
    expect(bound).toBeGreaterThan(unclear.margin);
    expect(find(unclear, "no-difference")).toMatchObject({ isProven: false });
    expect(find(unclear, "proven")).toBeUndefined();
    const { rank, seeds } = unclear.needed!;
    expect(find(unclear, "needed")).toMatchObject({ rank, seeds, to: "prove" });
    expect(find({ ...unclear, certifiedRank: 32 }, "proven")).toMatchObject({ rank: 32 });
  });

  test("of intervals too wide are how much they leave open and what would settle it", () => {
    const decision = decide(nestedTable({ 4: [0.89, 0.93, 0.9], 32: [0.94, 0.88, 0.93] }), { margin: 0.04 });
    const kinds = answerOf(decision).map(({ kind }) => kind);
    expect(kinds).toEqual(["none-recommended", "no-difference", "best-bet"]);
    expect(decision.bestRank).toBe(32);
    expect(find(decision, "best-bet")).toMatchObject({ ...decision.bestBet, rank: 32, isProven: false });
    const { rank, examples, seeds } = decision.needed!;
    expect(find(decision, "needed")).toMatchObject({ rank, examples, seeds, to: "settle", until: 32 });
    const { needed: _, ...infeasible } = decision;
    expect(kindsOf(infeasible as Decision, "next")).toEqual(["no-design-settles"]);
  });

  test("of a design with more than 30 seeds are that no advised one would do, and what it would take", () => {
    const decision = decide(nestedTable({ 4: [0.89, 0.93, 0.9], 32: [0.94, 0.88, 0.93] }));
    const { onlySeeds } = decision.needed!;
    expect(onlySeeds).toBeGreaterThan(30);
    expect(kindsOf(decision, "next")).toEqual(["no-design-settles"]);
    expect(find(decision, "no-design-settles")).toMatchObject({
      tooMany: {
        most: 30,
        enough: { examples: 1000, seeds: onlySeeds },
        now: { examples: 1000, seeds: 3 },
      },
    });
    expect(decision.explanation).toContain(
      `Even 30 seeds would probably not settle it: it takes about ${onlySeeds} (now 3). ` +
        "A wider margin helps, or less noise between runs, as by more examples.",
    );
    const more = { ...decision, needed: { ...decision.needed!, examples: 4000, seeds: 54 } };
    expect(find(more, "no-design-settles")).toMatchObject({
      tooMany: { enough: { examples: 4000, seeds: 54 } },
    });
    const few = { ...decision, needed: { ...decision.needed!, examples: 4000, seeds: 30 } };
    expect(kindsOf(few, "next")).toEqual(["needed"]);
  });

  test("advise no design that an earlier version found and that is no larger", () => {
    const decision = decide(nestedTable({ 4: [0.89, 0.93, 0.9], 32: [0.94, 0.88, 0.93] }));
    const smaller = { ...decision, needed: { examples: 1000, seeds: 3, onlySeeds: 3 } };
    expect(find(smaller, "needed")).toBeUndefined();
  });

  test("of a rising curve are the gain and to go on", () => {
    const decision = decide(nestedTable({ 4: fiveTimes(0.7), 16: fiveTimes(0.8), 32: fiveTimes(0.9) }));
    expect(answerOf(decision)).toMatchObject([
      { kind: "recommended", rank: 32, verdict: "extend" },
      { kind: "better", rank: 32, than: 16, difference: expect.closeTo(0.1, 10) },
    ]);
    expect(find(decision, "try-larger")).toMatchObject({ rank: 64, until: 32 });
  });

  test("of means that rise up to the best bet are a look at a larger rank, after what would settle it", () => {
    const noisy = (mean: number) => [mean - 0.02, mean + 0.02, mean - 0.01, mean + 0.01, mean];
    const table = (second: number) =>
      nestedTable({ 4: fiveTimes(0.7), 16: noisy(second), 32: noisy(0.905).toReversed() });
    const decision = decide(table(0.9));
    expect(decision).toMatchObject({ verdict: "inconclusive", bestRank: 32, bestBet: { rank: 32 } });
    expect(kindsOf(decision, "next")).toEqual(["no-design-settles", "look-larger"]);
    expect(find(decision, "look-larger")).toMatchObject({ rank: 64, largest: 32 });
    expect(find(decide(table(0.91)), "look-larger")).toBeUndefined();
    const alike = decide(nestedTable({ 16: noisy(0.9), 32: noisy(0.905).toReversed() }));
    expect(find(alike, "look-larger")).toBeUndefined();
  });

  test("of a rising curve do not advise a rank of which every run failed", () => {
    const table = nestedTable({ 16: fiveTimes(0.8), 32: fiveTimes(0.9), 64: fiveTimes(0.9) });
    const decision = decide(withoutRuns(table, (rank) => rank === 64));
    expect(decision).toMatchObject({ verdict: "extend", rank: 32, excluded: [{ rank: 64 }] });
    expect(find(decision, "try-larger")).toBeUndefined();
    expect(find(decision, "excluded")).toMatchObject({ rank: 64 });
  });

  test("of an open question name what is ruled out, what is left and what would settle it", () => {
    const decision = decide(
      nestedTable({ 1: [0.6, 0.61, 0.6], 16: [0.9, 0.94, 0.88], 32: [0.93, 0.9, 0.92] }),
      { margin: 0.04 },
    );
    expect(find(decision, "worse")?.ranks).toEqual([1]);
    expect(find(decision, "possible-loss")).toBeUndefined();
    expect(find(decision, "best-bet")).toMatchObject({ rank: 32 });
    expect(decision.needed).toMatchObject({ rank: 16 });
    expect(find(decision, "needed")).toMatchObject({ rank: 16, seeds: decision.needed!.seeds, to: "settle" });
  });

  test("of a number of seeds have what fewer would do, but not where examples are to be added too", () => {
    const decision = decide(nestedTable({ 16: [0.9, 0.94, 0.88], 32: [0.93, 0.9, 0.92] }));
    const needed = { rank: 16, examples: 5000, seeds: 9, onlySeeds: 12, leastSeeds: 7 };
    expect(find({ ...decision, needed }, "needed")).toMatchObject({ onlySeeds: 12, leastSeeds: 7 });
    expect(find({ ...decision, needed: { ...needed, onlySeeds: 90 } }, "needed")).not.toHaveProperty(
      "leastSeeds",
    );
  });

  test("of one seed are why nothing is claimed, and of one rank that there is nothing to compare", () => {
    const decision = decide(nestedTable({ 4: [0.5], 32: [0.95] }));
    expect(kindsOf(decision, "verdict", "next")).toEqual([
      "none-recommended",
      "one-seed",
      "best-bet",
      "needed",
    ]);
    expect(find(decision, "needed")).toMatchObject({
      seeds: 3,
      now: { seeds: 1 },
      to: "at-least",
      until: 32,
    });
    const alone = decide(withClasses(nestedTable({ 4: fiveTimes(0.9) })));
    expect(kindsOf(alone, "verdict")).toEqual(["none-recommended", "one-rank", "best-bet"]);
    expect(kindsOf(alone, "next")).toEqual(["complete-two-ranks"]);
    expect([decision.bestBet, alone.bestBet]).toEqual([{ rank: 32 }, { rank: 4 }]);
  });

  test("of an open file of an earlier version name the best mean, or the proven rank, without its expected loss", () => {
    const { bestBet: _, ...open } = decide(nestedTable({ 4: [0.89, 0.93, 0.9], 32: [0.94, 0.88, 0.93] }));
    const mayLose = open.ranks[1]!.shortfallBound;
    expect(betOf(open)).toEqual({ rank: 32, mayLose });
    expect(find(open, "best-bet")).toMatchObject({ rank: 32, mayLose });
    expect(betOf({ ...open, certifiedRank: 4 })).toMatchObject({ rank: 4 });
  });

  test("are by log loss where the decision is", () => {
    const cells = [4, 32].flatMap((rank) =>
      [0, 1, 2].map((seed) => ({
        rank,
        seed,
        correct: [0, 1, 2, 3].map((example) => (example === seed ? 0 : 1)),
        logLoss: [0.1, 0.2, 0.3, 0.9].map((loss) => loss + (rank === 4 ? 0.03 * (seed + 1) : 0)),
      })),
    );
    const table = { ranks: [4, 32], seeds: [0, 1, 2], examples: 4, cells, failures: [] };
    const found = find(decide(table, { metric: "log-loss" }), "no-difference");
    expect(found).toMatchObject({ metric: "log-loss", spread: expect.closeTo(0.06, 10) });
  });

  test("of a file without pairs rest on the differences to the best", () => {
    const decision = decide(
      nestedTable({ 1: fiveTimes(0.7), 4: fiveTimes(0.9), 32: fiveTimes(0.902) }, 4000),
    );
    const { pairs: _, ...earlier } = decision;
    const near = (claim: Extract<Claim, { readonly kind: "difference" }> | undefined) => [
      claim?.rank,
      claim?.than,
      claim?.difference.toFixed(9),
    ];
    expect(near(find(earlier, "difference"))).toEqual(near(find(decision, "difference")));
    expect(find(earlier, "worse")?.ranks).toEqual([1]);
  });
});

test("the pairs of many ranks are gone through a few times, not once for each of them", () => {
  const many = Object.fromEntries(
    Array.from({ length: 16 }, (_, i) => [i + 1, fiveTimes(i < 4 ? 0.7 : 0.9)]),
  );
  const decision = decide(nestedTable(many, 1000));
  let looks = 0;
  const pairs = decision.pairs!.map(({ first, ...pair }) => ({
    ...pair,
    get first() {
      looks++;
      return first;
    },
  }));
  expect(claimsOf({ ...decision, pairs })).toEqual(claimsOf(decision));
  expect(looks).toBeLessThanOrEqual(8 * pairs.length);
});
