import { describe, expect, test } from "vitest";
import { secondaryOf } from "../../../src/readers/rows/secondary-columns.ts";
import type { Decision } from "../../../src/schema/types.ts";
import { claimsOf } from "../../../src/words/claims-of.ts";
import { decidedTable } from "../../helpers/arms.ts";
import { written } from "../../helpers/written-scores.ts";

const claimOf = (decision: Decision, kind: string) => claimsOf(decision).find((one) => one.kind === kind);

/** Claims that a larger rank is better, or worth a trial. */
const forLarger = ["try-larger", "look-larger", "gain-until", "better", "recommended"];

// GRPO on Qwen3-1.7B, one seed, 1,000 problems: kenkuuu/lora-without-regret at 99eca11, figures of its runs.
const rlHeader = "lora_rank,lr,seed,best_eval_acc,final_eval_acc";
const atOneRate = ["1,0.0002,42,0.86,0.86", "16,0.0002,42,0.862,0.0", "256,0.0002,42,0.865,0.555"];
const atBestRates = ["1,8e-05,42,0.879,0.879", "16,3e-05,42,0.883,0.869", "256,7e-05,42,0.89,0.89"];
const rlMath = (rows: readonly string[]) =>
  decidedTable(written("rl-math.csv", `${[rlHeader, ...rows].join("\n")}\n`), {});

describe("reinforcement learning by rank", () => {
  test("at one rate the collapses are named with the rate, and no rank is named for the size it has", async () => {
    const decision = await rlMath(atOneRate);
    expect(decision.ranks.map(({ accuracy }) => accuracy)).toEqual([0.86, 0, 0.555]);
    expect(claimOf(decision, "fell")).toMatchObject({
      fell: [
        { rank: 16, rate: 0.0002, runs: 1, of: 1, best: 0.862, last: 0 },
        { rank: 256, rate: 0.0002, runs: 1, of: 1, best: 0.865, last: 0.555 },
      ],
    });
    expect(claimOf(decision, "lower-rate")).toMatchObject({ topic: "next", now: 0.0002 });
    expect(decision).toMatchObject({ verdict: "inconclusive", rank: null, certifiedRank: null });
    expect(claimsOf(decision).filter(({ kind }) => forLarger.includes(kind))).toEqual([]);
  });

  test.each([
    ["alone", atBestRates],
    ["beside the rate at which they collapsed", [...atOneRate, ...atBestRates]],
  ])("at each rank's best rate, %s, nothing is said for a larger rank", async (_, rows) => {
    const decision = await rlMath(rows);
    expect(decision.ranks.map(({ accuracy }) => accuracy)).toEqual([0.879, 0.869, 0.89]);
    expect(decision).toMatchObject({ verdict: "inconclusive", rank: null, certifiedRank: null });
    expect(claimOf(decision, "fell")).toBeUndefined();
    expect(claimOf(decision, "one-seed")).toBeDefined();
    expect(claimsOf(decision).filter(({ kind }) => forLarger.includes(kind))).toEqual([]);
  });
});

// PEFT's method_comparison/MetaMathQA, July 2026, Apache-2.0: Llama 3.2 3B, one seed, forgetting in nats.
const metaMath = `experiment,test_acc,forgetting
rank10-target-mlp,0.4943,0.0318
rank32,0.4784,0.04996
rank64,0.4738,0.0594
rank64-rslora,0.5133,0.1106
`;

test("PEFT's MetaMath: configurations above the limit do not meet it, and are not the best bet", async () => {
  const secondary = secondaryOf({ condition: ["forgetting<=0.05"] });
  const decision = await decidedTable(written("metamath.csv", metaMath), { by: ["experiment"], secondary });
  const nameOf = (arm: number) => decision.axis!.names[arm - 1]!;
  const claim = claimOf(decision, "condition") as unknown as {
    readonly beyond: readonly number[];
    readonly open: readonly number[];
    readonly within: number;
  };
  expect(claim.beyond.map(nameOf).sort()).toEqual(["rank64", "rank64-rslora"]);
  expect(claim.open.map(nameOf).sort()).toEqual(["rank32", "rank64", "rank64-rslora"]);
  expect(claim.within).toBe(2);
  expect(nameOf(decision.bestBet!.rank)).toBe("rank10-target-mlp");
  expect(nameOf(decision.byTask!.bestBet!.rank)).toBe("rank64-rslora");
  // One seed shows no noise, so none is claimed to meet the limit, or to break it.
  const [{ ranks }] = decision.secondary as [NonNullable<Decision["secondary"]>[0]];
  expect(ranks.every(({ condition }) => condition === "open")).toBe(true);
  expect(decision).toMatchObject({ rank: null, certifiedRank: null });
  expect(decision.explanation).toContain(
    "the means of rank64-rslora and rank64 do not meet it, which is open",
  );
});

// aghasalim/lora-forgetting at 705acda9, MIT: Qwen2.5-1.5B-Instruct, attention, 3 epochs, 45 and 150 examples.
const extraction = {
  benchmark: ["8,42,0.7778", "16,42,0.7556", "16,1,0.6667", "16,2,0.8222", "32,42,0.7556"],
  synthetic: ["8,42,0.96", "16,42,0.9667", "16,1,0.9533", "16,2,0.9467", "32,42,0.9533"],
};

test.each(Object.entries(extraction))("JSON extraction by %s: no rank is better", async (_, rows) => {
  const table = written("extraction.csv", ["rank,seed,all_correct", ...rows, ""].join("\n"));
  const decision = await decidedTable(table, { metric: "all_correct", better: "higher" }, 0.01);
  expect(decision).toMatchObject({ verdict: "inconclusive", rank: null, certifiedRank: null });
  expect(claimsOf(decision).filter(({ kind }) => forLarger.includes(kind))).toEqual([]);
});
