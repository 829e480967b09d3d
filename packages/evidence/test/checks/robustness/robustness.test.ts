import { describe, expect, test } from "vitest";
import { robustnessOf } from "../../../src/checks/robustness/find.ts";
import { outcomesFromTrials } from "../../../src/decide/outcomes-from-trials.ts";
import { simulateOutcomes } from "../../../src/decide/simulate.ts";
import { decide } from "../../../src/index.ts";
import type { EngineResult, MetricName, Robustness, TrialResult } from "../../../src/schema/types.ts";
import { metrics, type ProbeTable, probeOf, sweepOf, trialOf } from "../probed-trials.ts";

const nearlyEqual = { 4: [0.9, 0.905, 0.898, 0.902, 0.9], 32: [0.902, 0.9, 0.904, 0.9, 0.901] };
const largestWins = { 4: [0.8, 0.805, 0.798, 0.802, 0.8], 32: [0.902, 0.9, 0.904, 0.9, 0.901] };

function probed(
  accuracies: Readonly<Record<number, readonly number[]>>,
  table: ProbeTable,
  { metric = "accuracy", majorityShare = 0.6 }: { metric?: MetricName; majorityShare?: number } = {},
): Robustness {
  const trials = sweepOf(accuracies);
  const decision = decide(outcomesFromTrials(trials), { metric });
  return robustnessOf({ decision, trials, extra: probeOf(table), majorityShare });
}

const third = 1 / 3;

describe.each(metrics)("robustnessOf on %s", (metric) => {
  test("finds a flip where each rank is better at some rate", () => {
    const found = probed(nearlyEqual, { [third]: [0.7, 0.9], 3: [0.93, 0.8] }, { metric });
    expect(found.order).toBe("flips");
    expect(found.rates.map(({ factor, better }) => [factor.toFixed(2), better])).toEqual([
      ["0.33", "largest"],
      ["1.00", undefined],
      ["3.00", "smallest"],
    ]);
  });

  test("finds a flip between the sweep's own rate and another", () => {
    const found = probed(largestWins, { [third]: [0.8, 0.81], 3: [0.93, 0.8] }, { metric });
    expect(found.order).toBe("flips");
    expect(found.rates[1]).toMatchObject({ factor: 1, better: "largest" });
  });

  test("calls the order kept only when the same rank is known to be better at every rate", () => {
    expect(probed(largestWins, { [third]: [0.75, 0.9], 3: [0.8, 0.9] }, { metric }).order).toBe("kept");
    expect(probed(largestWins, { [third]: [0.75, 0.9], 3: [0.9, 0.9] }, { metric }).order).toBe("unclear");
    expect(probed(nearlyEqual, { [third]: [0.9, 0.9], 3: [0.9, 0.9] }, { metric }).order).toBe("unclear");
  });

  test("tells a rank that fails where the other learns from both failing", () => {
    // 0.6 is the share of the most frequent class.
    for (const failure of [0.6, "diverged"] as const) {
      expect(probed(nearlyEqual, { 3: [0.9, failure] }, { metric }).order).toBe("breaks");
      expect(probed(nearlyEqual, { 3: [failure, failure] }, { metric }).order).toBe("unclear");
      expect(probed(nearlyEqual, { [third]: [failure, 0.9], 3: [0.9, failure] }, { metric }).order).toBe(
        "flips",
      );
      expect(probed(largestWins, { 3: [0.9, failure] }, { metric }).order).toBe("flips");
    }
  });

  test("does not blame the rate for memory", () => {
    const found = probed(nearlyEqual, { 3: [0.9, "out-of-memory"] }, { metric });
    expect(found.order).toBe("unclear");
    expect(found.rates[1]).not.toHaveProperty("better");
  });

  test("claims nothing from intervals when the sweep has one seed, whose noise is unknown", () => {
    const found = probed({ 4: [0.9], 32: [0.9] }, { [third]: [0.7, 0.9], 3: [0.9, 0.7] }, { metric });
    expect(found.order).toBe("unclear");
    expect(found.rates[0]!.interval![0]).toBeGreaterThan(0); // of the examples alone
  });
});

describe("robustnessOf", () => {
  test("a larger noise between the sweep's seeds widens the intervals", () => {
    const table = { 3: [0.9, 0.8] } as const;
    const width = (accuracies: Readonly<Record<number, readonly number[]>>): number => {
      const [low, high] = probed(accuracies, table).rates[1]!.interval!;
      return high - low;
    };
    const loud = { 4: [0.85, 0.95, 0.88, 0.93, 0.9], 32: [0.95, 0.88, 0.93, 0.85, 0.9] };
    expect(width(loud)).toBeGreaterThan(2 * width(nearlyEqual));
    expect(probed(loud, table).order).toBe("unclear");
    expect(probed(nearlyEqual, table).rates[1]!.better).toBe("smallest");
  });

  test("a run at the border of the majority class is no failure unless the other one is clearly better", () => {
    // Two standard errors of 0.6 on 1,000 examples are 0.031.
    const found = probed(nearlyEqual, { 3: [0.632, 0.63] });
    expect(found.rates[1]!.largest.status).toBe("collapsed");
    expect(found.rates[1]!.smallest.status).toBe("learned");
    expect(found.order).toBe("unclear");
  });

  test("a loss that did not fall is a collapse where there is no majority class", () => {
    const trials = sweepOf(nearlyEqual);
    const decision = decide(outcomesFromTrials(trials));
    const [small] = probeOf({ 3: [0.9, 0.1] });
    const flat = trialOf({ rank: 32, learningRate: 0.003, accuracy: 0.1, losses: Array(40).fill(0.7) });
    expect(robustnessOf({ decision, trials, extra: [small!, flat] }).order).toBe("breaks");
  });

  test("finds the flip that alpha = rank had on real e-mails: MiniLM, ranks 1 and 64 at 0.001 and at 0.005", () => {
    // 0.679 is the share of the most frequent class; 1,000 validation e-mails, three seeds, one at 0.005.
    const at = (rank: number, seed: number, accuracy: number, learningRate = 0.001): TrialResult =>
      trialOf({ rank, seed, accuracy, learningRate, alpha: rank });
    const trials = [
      ...[0.679, 0.679, 0.679].map((accuracy, seed) => at(1, seed, accuracy)),
      ...[0.857, 0.886, 0.918].map((accuracy, seed) => at(64, seed, accuracy)),
    ];
    const extra = [at(1, 0, 0.933, 0.005), at(64, 0, 0.679, 0.005)];
    const decision = decide(outcomesFromTrials(trials));
    const found = robustnessOf({ decision, trials, extra, majorityShare: 0.679 });
    expect(found).toMatchObject({ order: "flips", stepGrowsWithRank: true });
    expect(found.rates.map(({ better }) => better)).toEqual(["largest", "smallest"]);
  });

  test("a rank all of whose runs diverged in the sweep failed at the sweep's rate", () => {
    const trials = sweepOf(nearlyEqual).map((trial) =>
      trial.spec.lora.rank === 32 ? trialOf({ rank: 32, seed: trial.spec.seed, status: "diverged" }) : trial,
    );
    const decision = decide(outcomesFromTrials(trials));
    const found = robustnessOf({ decision, trials, extra: probeOf({ [third]: [0.9, 0.9] }) });
    expect(found.order).toBe("breaks");
    expect(found.rates[1]).toEqual({
      factor: 1,
      smallest: { learningRate: 0.001, status: "learned", quality: decision.ranks[0]!.accuracy },
      largest: { learningRate: 0.001, status: "diverged" },
      better: "smallest",
    });
  });

  test("does not depend on the order of trials", () => {
    const trials = sweepOf(largestWins);
    const decision = decide(outcomesFromTrials(trials));
    const extra = probeOf({ [third]: [0.7, 0.9], 3: [0.93, 0.8] });
    const there = robustnessOf({ decision, trials, extra });
    const back = robustnessOf({ decision, trials: trials.toReversed(), extra: extra.toReversed() });
    expect(back).toEqual(there);
  });

  test("a change of the unit of log loss changes the numbers and not the claims", () => {
    const scaled = (trials: EngineResult[]): TrialResult[] =>
      trials.map((trial) => {
        const { evaluation } = trial;
        const logLosses = evaluation!.logLosses.map((loss) => loss / Math.LN2);
        return {
          ...trial,
          evaluation: { ...evaluation!, logLosses, logLoss: evaluation!.logLoss / Math.LN2 },
        };
      });
    const trials = sweepOf(nearlyEqual);
    const extra = probeOf({ [third]: [0.87, 0.9], 3: [0.93, 0.8] });
    const of = (sweep: TrialResult[], probe: TrialResult[]): Robustness =>
      robustnessOf({
        decision: decide(outcomesFromTrials(sweep), { metric: "log-loss" }),
        trials: sweep,
        extra: probe,
      });
    const [nats, bits] = [of(trials, extra), of(scaled(trials), scaled(extra))];
    expect(bits.order).toBe(nats.order);
    expect(bits.rates[0]!.interval![0]).toBeCloseTo(nats.rates[0]!.interval![0] / Math.LN2, 9);
  });

  test("says when alpha and scaling make the largest rank take larger steps", () => {
    const trials = [4, 32].flatMap((rank) => sweepOf({ [rank]: [0.9, 0.9] }, { alpha: rank }));
    const decision = decide(outcomesFromTrials(trials));
    const extra = [4, 32].map((rank) => trialOf({ rank, alpha: rank, learningRate: 0.003 }));
    expect(robustnessOf({ decision, trials, extra }).stepGrowsWithRank).toBe(true);
    expect(probed(nearlyEqual, { 3: [0.9, 0.9] }).stepGrowsWithRank).toBe(false);
  });

  test("calls a flip where there is none in at most 5 % of sweeps, at any true difference", () => {
    const sweeps = 200;
    for (const large of [0.85, 0.87]) {
      let flips = 0;
      for (let i = 0; i < sweeps; i++) flips += drawnOrder([0.85, large], i) === "flips" ? 1 : 0;
      expect(flips).toBeLessThanOrEqual(0.05 * sweeps + 3 * Math.sqrt(0.05 * 0.95 * sweeps));
    }
  });

  test.each([
    [10, 40],
    [15, 80],
  ])(
    "finds true flips of %d points, with five seeds and 400 examples, in more than %d of 100",
    (points, least) => {
      const low = 0.85 - points / 100;
      let flips = 0;
      for (let i = 0; i < 100; i++) {
        flips += drawnOrder([0.85, 0.85], i, { [third]: [low, 0.85], 3: [0.85, low] }) === "flips" ? 1 : 0;
      }
      expect(flips).toBeGreaterThan(least);
    },
  );
});

/** One sweep of five seeds in a world, and a probe whose runs have the same noise. */
function drawnOrder(
  accuracies: readonly [number, number],
  draw: number,
  probe: Readonly<Record<number, readonly [number, number]>> = { [third]: accuracies, 3: accuracies },
): Robustness["order"] {
  const world = { ranks: [4, 32], seeds: 5, examples: 400 };
  const trialsOf = (
    truth: readonly number[],
    seeds: number,
    seed: number,
    learningRate: number,
  ): TrialResult[] =>
    simulateOutcomes({ ...world, accuracies: truth, seeds }, seed).cells.map((cell) => {
      const trial = trialOf({ rank: cell.rank, seed: cell.seed, learningRate, examples: 400 });
      const correct = Array.from(cell.correct);
      const accuracy = correct.reduce((sum, value) => sum + value, 0) / 400;
      return { ...trial, evaluation: { ...trial.evaluation!, correct, accuracy } };
    });
  const trials = trialsOf(accuracies, 5, draw, 0.001);
  const extra = Object.entries(probe).flatMap(([factor, truth], i) =>
    trialsOf(truth, 1, 10_000 * (i + 1) + draw, 0.001 * Number(factor)),
  );
  return robustnessOf({ decision: decide(outcomesFromTrials(trials)), trials, extra }).order;
}
