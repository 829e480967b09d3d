import { describe, expect, test } from "vitest";
import { decide } from "../../../src/decide/decide.ts";
import type { Claim, ClaimOf, Topic } from "../../../src/results/claims/claim.ts";
import { claimsOf, onTopic } from "../../../src/results/claims/claims-of.ts";
import type { Decision } from "../../../src/results/types.ts";
import { paragraph } from "../../../src/results/words/in-words.ts";
import { nestedTable } from "../../decide/tables.ts";
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
    expect(decision.explanation).toBe(paragraph(claimsOf(decision)));
  });

  test("of an adequate rank are the bound, the comparison and which smaller rank is worse", () => {
    const decision = decide(
      nestedTable({ 1: fiveTimes(0.7), 4: fiveTimes(0.9), 32: fiveTimes(0.902) }, 4000),
    );
    const [answer, certified] = answerOf(decision);
    expect(answer).toMatchObject({ kind: "recommended", rank: 4, verdict: "adequate", comparesAll: true });
    const { shortfallBound: bound } = decision.ranks[1]!;
    expect(certified).toMatchObject({ kind: "certified", rank: 4, bound, margin: 0.01, smaller: [1] });
    const pair = decision.pairs!.find(({ first, second }) => first === 4 && second === 32)!;
    const beside = { rank: 4, than: 32, difference: pair.advantage, interval: pair.interval };
    expect(find(decision, "difference")).toMatchObject(beside);
    expect(find(decision, "worse")?.ranks).toEqual([1]);
    expect(find(decision, "basis")).toMatchObject({ seeds: 5, examples: 4000, holdsFor: "pairs" });
  });

  test("of an adequate rank above others that are merely not certified are that these may be as good", () => {
    // Rank 4 is 1.2 points below on average and varies from run to run.
    const decision = decide(
      nestedTable(
        { 1: fiveTimes(0.7), 4: [0.888, 0.905, 0.878, 0.896, 0.875], 16: fiveTimes(0.9), 32: fiveTimes(0.9) },
        4000,
      ),
    );
    expect([decision.verdict, decision.rank]).toEqual(["adequate", 16]);
    expect(find(decision, "worse")?.ranks).toEqual([1]);
    const bound = decision.ranks[1]!.shortfallBound!;
    expect(find(decision, "may-be-as-good")).toMatchObject({ ranks: [4], bound });
    const { rank, ...design } = decision.neededToCertify!;
    expect(rank).toBe(4);
    expect(find(decision, "needed")).toMatchObject({
      ...design,
      to: "smaller",
      now: { seeds: 5, examples: 4000 },
    });
  });

  test("of an adequate rank with nothing below it say nothing of smaller ranks", () => {
    const decision = decide(nestedTable({ 4: fiveTimes(0.9), 32: fiveTimes(0.9) }, 4000));
    expect(find(decision, "certified")).toMatchObject({ rank: 4, smaller: [] });
    expect(kindsOf(decision, "evidence", "next")).toEqual(["difference", "flat-returns"]);
  });

  test("are not told apart exactly when the verdict is indistinguishable", () => {
    const accuracies = { 4: [0.897, 0.908, 0.897, 0.909, 0.895], 32: [0.904, 0.897, 0.911, 0.896, 0.904] };
    const unclear = decide(nestedTable(accuracies));
    expect(unclear.verdict).toBe("indistinguishable");
    const { shortfallBound: bound } = unclear.ranks[0]!;
    expect(find(unclear, "not-told-apart")).toMatchObject({ ranks: [4, 32], rank: 4, bound, isClose: true });
    const { rank: _, ...design } = unclear.neededToCertify!;
    expect(find(unclear, "needed")).toMatchObject({ ...design, to: "certify" });
    for (const other of [fiveTimes(0.9), fiveTimes(0.95)]) {
      const clear = decide(nestedTable({ 4: fiveTimes(0.9), 32: other }, 4000));
      expect(find(clear, "not-told-apart")).toBeUndefined();
    }
  });

  test("of intervals too wide to call the ranks equal are how much they leave open and what would settle it", () => {
    const decision = decide(nestedTable({ 4: [0.89, 0.93, 0.9], 32: [0.94, 0.88, 0.93] }));
    expect(answerOf(decision).map(({ kind }) => kind)).toEqual(["none-recommended", "not-told-apart"]);
    const { shortfallBound: bound } = decision.ranks[0]!;
    expect(find(decision, "not-told-apart")).toMatchObject({ rank: 4, bound, isClose: false });
    expect(find(decision, "needed")).toMatchObject({ ...decision.needed, to: "settle" });
    const { needed: _, ...infeasible } = decision;
    expect(kindsOf(infeasible as Decision, "next")).toEqual(["no-design-settles"]);
  });

  test("of a rising curve are the gain and to go on", () => {
    const decision = decide(nestedTable({ 4: fiveTimes(0.7), 16: fiveTimes(0.8), 32: fiveTimes(0.9) }));
    expect(answerOf(decision)).toMatchObject([
      { kind: "recommended", rank: 32, verdict: "extend" },
      { kind: "better", rank: 32, than: 16, difference: expect.closeTo(0.1, 10) },
    ]);
    expect(find(decision, "try-larger")).toMatchObject({ rank: 64, until: 32 });
  });

  test("of an open question name what is ruled out, what is left and what would settle it", () => {
    const decision = decide(
      nestedTable({ 1: [0.6, 0.61, 0.6], 16: [0.9, 0.94, 0.88], 32: [0.93, 0.9, 0.92] }),
    );
    expect(find(decision, "none-certified")).toMatchObject({ worse: [1], ranks: [16, 32], margin: 0.01 });
    expect(find(decision, "needed")).toMatchObject({ ...decision.needed, to: "settle" });
  });

  test("of one seed are why nothing is claimed, and of one rank that there is nothing to compare", () => {
    const decision = decide(nestedTable({ 4: [0.5], 32: [0.95] }));
    expect(kindsOf(decision, "verdict", "next")).toEqual(["none-recommended", "one-seed", "needed"]);
    expect(find(decision, "needed")?.to).toBe("at-least");
    const alone = decide(nestedTable({ 4: fiveTimes(0.9) }));
    expect(kindsOf(alone, "verdict", "next")).toEqual(["none-recommended", "one-rank", "complete-two-ranks"]);
  });

  test("are by log loss where the decision is", () => {
    const cells = [4, 32].flatMap((rank) =>
      [0, 1, 2].map((seed) => ({
        rank,
        seed,
        correct: [1, 1, 1, 0],
        logLoss: [0.1, 0.2, 0.3, 0.9].map((loss) => loss + (rank === 4 ? 0.03 * (seed + 1) : 0)),
      })),
    );
    const table = { ranks: [4, 32], seeds: [0, 1, 2], examples: 4, cells, failures: [] };
    const found = find(decide(table, { metric: "log-loss" }), "difference");
    expect(found).toMatchObject({
      rank: 4,
      than: 32,
      metric: "log-loss",
      difference: expect.closeTo(-0.06, 10),
    });
  });

  test("of a file without pairs rest on the differences to the best", () => {
    const decision = decide(
      nestedTable({ 1: fiveTimes(0.7), 4: fiveTimes(0.9), 32: fiveTimes(0.902) }, 4000),
    );
    const { pairs: _, ...earlier } = decision;
    const near = (claim: ClaimOf<"difference"> | undefined) => [
      claim?.rank,
      claim?.than,
      claim?.difference.toFixed(9),
    ];
    expect(near(find(earlier, "difference"))).toEqual(near(find(decision, "difference")));
    expect(find(earlier, "worse")?.ranks).toEqual([1]);
  });
});
