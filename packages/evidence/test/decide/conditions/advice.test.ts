import { describe, expect, test } from "vitest";
import { decideScores } from "../../../src/index.ts";
import type { Decision, SecondaryOutcome } from "../../../src/schema/types.ts";
import { claimsOf } from "../../../src/words/claims-of.ts";

const limited: SecondaryOutcome = { name: "forgetting", better: "lower", unit: "nats", limit: 0.05 };

interface Planted {
  readonly rank: number;
  readonly scores: readonly number[];
  readonly forgetting: readonly number[];
}

function decided(planted: readonly Planted[], outcome = limited): Decision {
  const runs = planted.flatMap(({ rank, scores, forgetting }) =>
    scores.map((score, seed) => ({
      ...{ rank, seed, score },
      secondary: [{ name: outcome.name, values: [forgetting[seed]!] }],
    })),
  );
  return decideScores({ runs }, { metric: "higher:f1", margin: 0.01, secondary: [outcome] });
}

const claimOf = (decision: Decision, kind: string) => claimsOf(decision).find((one) => one.kind === kind);
const nextKinds = (decision: Decision) =>
  claimsOf(decision).flatMap(({ topic, kind }) => (topic === "next" ? [kind] : []));

const rising: readonly Planted[] = [
  { rank: 4, scores: [0.611, 0.607, 0.612], forgetting: [0.0721, 0.0696, 0.0707] },
  { rank: 8, scores: [0.702, 0.698, 0.7], forgetting: [0.0814, 0.0798, 0.0803] },
  { rank: 32, scores: [0.751, 0.748, 0.753], forgetting: [0.1184, 0.1211, 0.1202] },
];

describe("a condition that nobody meets", () => {
  test("names the nearest rank, the miss with its interval, and the side that helps", () => {
    const decision = decided(rising);
    const { mean, interval } = decision.secondary![0]!.ranks[0]!;
    expect(claimOf(decision, "meet-condition")).toMatchObject({
      ...{ topic: "next", name: "forgetting", rank: 4, beyond: "smaller", confidence: 0.95 },
      by: mean - 0.05,
      interval: interval!.map((end) => end - 0.05),
    });
    // Means .0708 of .0721, .0696 and .0707; t(.975, 2) = 4.303, standard deviation .00125.
    expect(mean - 0.05).toBeCloseTo(0.0208, 10);
    expect(interval![1] - mean).toBeCloseTo((4.303 * 0.00125) / Math.sqrt(3), 4);
    expect(decision.explanation).not.toContain("If you must choose now");
  });

  test("says so in words", () => {
    const { explanation } = decided(rising);
    expect(explanation).toContain(
      "Try a smaller rank than 4: forgetting rises with the rank. Rank 4 comes nearest and misses the limit by " +
        "0.0208 nats (0.0177 to 0.0239 nats, 95% confidence). A lower learning rate may help too, but was not compared.",
    );
  });

  test.each<[string, Partial<Record<number, readonly number[]>>]>([
    ["means that rise and fall", { 8: [0.131, 0.129, 0.13] }],
    ["intervals that meet", { 4: [0.05, 0.09, 0.07], 8: [0.05, 0.13, 0.08], 32: [0.05, 0.15, 0.09] }],
  ])("promises nothing of a smaller rank by %s", (_, values) => {
    const decision = decided(
      rising.map((one) => ({ ...one, forgetting: values[one.rank] ?? one.forgetting })),
    );
    const claim = claimOf(decision, "meet-condition");
    expect(claim).toMatchObject({ rank: 4 });
    expect(claim).not.toHaveProperty("beyond");
    expect(decision.explanation).toContain("What lowers forgetting is not shown here.");
  });

  test("has no rank below 1 to try", () => {
    const decision = decided(rising.map((one) => (one.rank === 4 ? { ...one, rank: 1 } : one)));
    expect(claimOf(decision, "meet-condition")).not.toHaveProperty("beyond");
  });

  test("points to larger ranks where more is better and rises with the rank", () => {
    const recall: SecondaryOutcome = { name: "recall", better: "higher", limit: 0.2 };
    const decision = decided(rising, recall);
    expect(claimOf(decision, "meet-condition")).toMatchObject({ rank: 32, beyond: "larger" });
    expect(decision.explanation).toContain("Try a larger rank than 32: recall rises with the rank.");
  });

  test("asks for more seeds too where it is open, and has no bet", () => {
    const decision = decided([{ ...rising[0]!, forgetting: [0.0521, 0.0496, 0.0507] }, ...rising.slice(1)]);
    expect(claimOf(decision, "meet-condition")).toMatchObject({ rank: 4, by: expect.closeTo(0.0008, 10) });
    expect(nextKinds(decision)).toEqual(["meet-condition", "settle-conditions"]);
    expect(claimOf(decision, "best-bet")).toBeUndefined();
  });

  test("of one seed has no interval, no side and no bet, and asks for seeds", () => {
    const decision = decided(
      rising.map(({ rank, scores, forgetting }) => ({
        ...{ rank, scores: scores.slice(0, 1), forgetting: forgetting.slice(0, 1) },
      })),
    );
    const claim = claimOf(decision, "meet-condition");
    expect(claim).toMatchObject({ rank: 4, by: expect.closeTo(0.0221, 10) });
    expect(claim).not.toHaveProperty("interval");
    expect(claim).not.toHaveProperty("beyond");
    expect(nextKinds(decision)).toEqual(["meet-condition", "needed"]);
    expect(claimOf(decision, "best-bet")).toBeUndefined();
  });
});

test("where a mean meets the condition, nothing else is advised for it", () => {
  const decision = decided([{ ...rising[0]!, forgetting: [0.0521, 0.0426, 0.0507] }, ...rising.slice(1)]);
  expect(decision.bestBet).toMatchObject({ rank: 4 });
  expect(nextKinds(decision)).toEqual(["settle-conditions"]);
});

describe("conditions that conflict", () => {
  const metrics: readonly SecondaryOutcome[] = [
    limited,
    { name: "latency", better: "lower", unit: "ms", limit: 20 },
    { name: "recall", better: "higher", limit: 0.5 },
    { name: "cost", better: "lower", limit: 2 },
  ];
  /** Means in order of `metrics`; scores rise with the rank. */
  function withMeans(means: Readonly<Record<number, readonly number[]>>, outcomes = 4): Decision {
    const runs = Object.entries(means).flatMap(([rank, own], r) =>
      [-1, 0, 1].map((offset, seed) => ({
        ...{ rank: Number(rank), seed, score: 0.5 + 0.1 * r + (offset * (r + 1)) / 1000 },
        secondary: metrics.map(({ name }, at) => ({ name, values: [own[at]! * (1 + offset / 100)] })),
      })),
    );
    const secondary = metrics.slice(0, outcomes);
    return decideScores({ runs }, { metric: "higher:f1", margin: 0.01, secondary });
  }

  test("are named, each with the rank that misses it alone, if every one is met by some rank", () => {
    const decision = withMeans({ 4: [0.01, 30, 0.6, 1], 8: [0.03, 25, 0.7, 1], 32: [0.12, 10, 0.8, 1] });
    expect(decision.bestBet).toBeUndefined();
    expect(claimOf(decision, "loosen-limit")).toEqual({
      ...{ topic: "next", kind: "loosen-limit" },
      conflict: [
        { ...limited, rank: 32, mean: expect.closeTo(0.12, 10) },
        { ...metrics[1], rank: 8, mean: expect.closeTo(25, 10) },
      ],
    });
    expect(nextKinds(decision)).not.toContain("meet-condition");
    expect(decision.explanation).toContain(
      "Loosen a limit, or change another setting: each limit on forgetting and latency is met by some mean, both by none. " +
        "Of these, rank 32 misses forgetting alone (0.12 nats, limit 0.05); rank 8 misses latency alone (25 ms, limit 20).",
    );
  });

  test("may be three, any two of which a rank meets", () => {
    const decision = withMeans({ 4: [0.01, 10, 0.4, 1], 8: [0.01, 30, 0.6, 1], 32: [0.1, 10, 0.6, 1] }, 3);
    expect(claimOf(decision, "loosen-limit")).toMatchObject({
      conflict: [
        { name: "forgetting", rank: 32 },
        { name: "latency", rank: 8 },
        { name: "recall", rank: 4 },
      ],
    });
    expect(decision.explanation).toContain("each limit on forgetting, latency and recall is met");
    expect(decision.explanation).toContain("all of them by none");
  });

  test("are told beside a condition that no rank meets", () => {
    const decision = withMeans({ 4: [0.01, 30, 0.1, 1], 32: [0.12, 10, 0.2, 1] });
    expect(nextKinds(decision).slice(0, 2)).toEqual(["meet-condition", "loosen-limit"]);
    expect(claimOf(decision, "meet-condition")).toMatchObject({ name: "recall", rank: 32 });
  });

  test("are none where one rank's means meet all, or a single condition stands alone", () => {
    expect(
      nextKinds(withMeans({ 4: [0.01, 30, 0.6, 1], 8: [0.04, 19, 0.6, 1], 32: [0.12, 10, 0.6, 1] })),
    ).not.toContain("loosen-limit");
    expect(nextKinds(withMeans({ 4: [0.07, 1, 1, 1], 32: [0.12, 1, 1, 1] }, 1))).not.toContain(
      "loosen-limit",
    );
  });
});

const undecided: readonly Planted[] = [
  { rank: 4, scores: [0.701, 0.705, 0.706], forgetting: [0.028, 0.0276, 0.0277] },
  { rank: 8, scores: [0.704, 0.709, 0.7], forgetting: [0.0514, 0.0488, 0.0493] },
  { rank: 32, scores: [0.709, 0.708, 0.703], forgetting: [0.0184, 0.0181, 0.0182] },
];

test("a needed design says for which ranks a condition is open", () => {
  const decision = decided(undecided);
  expect(claimOf(decision, "needed")).toMatchObject({ open: [8] });
  expect(decision.explanation).toContain(
    "That counts the score alone: whether rank 8 meets the condition is open, and may take more.",
  );
  const met = decided(undecided.map((one) => ({ ...one, forgetting: undecided[0]!.forgetting })));
  expect(claimOf(met, "needed")).toBeDefined();
  expect(claimOf(met, "needed")).not.toHaveProperty("open");
});
