import { describe, expect, test } from "vitest";
import { decideResults } from "../../../src/index.ts";
import type { DecidableResults } from "../../../src/methods/decide-results.ts";
import type { Decision, MethodName, TrialResult, Truncation } from "../../../src/schema/types.ts";
import type { Claim } from "../../../src/words/claim.ts";
import { claimsOf } from "../../../src/words/claims-of.ts";
import { find } from "../../words/find.ts";
import { type TrialOptions, trialOf } from "../probed-trials.ts";

const examples = 800;
const validationLabels = Array.from({ length: examples }, (_, e) => (e < 560 ? 0 : 1));
const ranks = [2, 4, 8];
const seeds = [0, 1, 2];

/** Alternating luck around a level by step. */
const curveOf = (steps: number, level: (step: number) => number): number[] =>
  Array.from({ length: steps }, (_, i) => level(i + 1) + (i % 2 === 0 ? 0.05 : -0.05));
const curves = {
  // Measured on the starter model: up within a few steps, and back to what one answer for all gives.
  destroyed: [1.17, 0.57, 9550, 0.69, 0.69, 0.69, 0.69, 0.69],
  brief: [1.17, 0.57, 0.83, 0.84, 0.59, 0.7, 0.95, 0.44],
  falling: curveOf(200, (step) => 1 - 0.1 * Math.log2(step) + 0.4),
  flat: curveOf(200, () => 0.62),
  memorised: curveOf(200, (step) => 0.7 - step / 400),
};

/** Trials of a sweep whose runs are all right on `right` examples: 560 are those of the largest class. */
function grid(losses: readonly number[], options: Partial<TrialOptions> = {}): TrialResult[] {
  const accuracy = 560 / examples;
  return ranks.flatMap((rank) =>
    seeds.map((seed) => trialOf({ rank, seed, examples, accuracy, losses, learningRate: 3, ...options })),
  );
}

function decided(trials: readonly TrialResult[], rest: Partial<DecidableResults> = {}): Decision {
  const sweep = { ranks, seeds, metric: "accuracy", margin: 0.01, confidence: 0.95 } as const;
  return decideResults({ trials, sweep, data: { validationLabels, majorityShare: 0.7 }, ...rest });
}

/** What the runs show, and what to do about it. */
const adviceOf = (decision: Decision): Claim[] =>
  claimsOf(decision).filter(({ kind, topic }) => kind === "fault" || topic === "next");

describe("a sweep that always names the largest class", () => {
  test("is recommended a rank by no method, and says so first", () => {
    const trials = grid(curves.destroyed);
    const { evaluation } = trials[0]!;
    const truncations = seeds.flatMap((seed) =>
      [2, 4].map((rank): Truncation => ({ trialId: "", seed, rank, evaluation: evaluation! })),
    );
    for (const method of ["grid", "race", "probe"] satisfies MethodName[]) {
      const sweep = { ranks, seeds, metric: "accuracy", margin: 0.01, confidence: 0.95, method } as const;
      const without = decideResults({ trials, truncations, sweep });
      expect([method, without.rank, without.classPrior?.source]).toEqual([method, null, "agreement"]);
      expect(claimsOf(without)[0]).toMatchObject({ kind: "none-recommended", why: "same-answers" });
      const found = decided(trials, { truncations, sweep });
      expect([method, found.verdict, found.rank, found.fault]).toEqual([
        method,
        "inconclusive",
        null,
        "rate-too-high",
      ]);
      expect(claimsOf(found)[0]).toMatchObject({ kind: "none-recommended", why: "not-better" });
      expect(find(found, "nothing-learned")?.cause).toBe("rate-too-high");
      expect(found[method === "grid" ? "pairs" : method]).toEqual(
        without[method === "grid" ? "pairs" : method],
      );
    }
  });

  test("is one by the share of the largest class alone, as files of earlier versions have it", () => {
    const found = decided(grid(curves.flat), { data: { majorityShare: 0.7 } });
    expect(found).toMatchObject({ verdict: "inconclusive", rank: null, classPrior: { source: "shares" } });
  });

  test("is in doubt for responses that are right on the same examples, which have no classes", () => {
    const task = { kind: "causal-lm" } as const;
    const trials = grid(curves.flat).map((trial) => ({ ...trial, spec: { ...trial.spec, task } }));
    const decision = decided(trials, { data: {} });
    expect(decision).toMatchObject({ rank: null, classPrior: { source: "agreement" } });
  });

  test("must have a label for each outcome", () => {
    expect(() => decided(grid(curves.flat), { data: { validationLabels: [0, 1] } })).toThrow(
      expect.objectContaining({
        code: "E_OUTCOMES",
        message: "validationLabels must be as many as the outcomes of a trial, got 2 and 800",
      }),
    );
  });
});

describe("what to do", () => {
  test("is to lower a rate at which the loss rose or runs diverged, never to train longer", () => {
    const found = decided(grid(curves.destroyed));
    expect(adviceOf(found)).toMatchObject([
      { kind: "fault", cause: "rate-too-high", diverged: 0, anyCompared: true },
      { kind: "lower-rate", now: 3 },
    ]);
    // Too short for a line, and stuck all the same.
    expect(found.convergence).toEqual(
      ranks.map((rank) => ({ rank, seeds: 3, epochs: 1, threshold: 0.02, rose: true, state: "stuck" })),
    );
    const more = grid(curves.flat, { status: "diverged" }).map((trial) => ({
      ...trial,
      spec: { ...trial.spec, seed: 3 + trial.spec.seed },
    }));
    const half = decided([...grid(curves.flat), ...more]);
    expect(half).toMatchObject({ seeds: 3, fault: "rate-too-high" });
    expect(find(half, "fault")).toMatchObject({ diverged: 9, anyCompared: true });
    const all = grid(curves.flat, { status: "diverged" });
    expect(decided(all)).toMatchObject({ verdict: "inconclusive", fault: "rate-too-high" });
    expect(claimsOf(decided(all))[0]).toMatchObject({ kind: "none-recommended", why: "nothing-completed" });
    expect(find(decided(all), "fault")).toMatchObject({ cause: "rate-too-high", anyCompared: false });
    expect(find(decided(all), "lower-rate")?.now).toBe(3);
  });

  test("is to check the inputs where the first step was not finite, which no rate explains", () => {
    const atStep = (step: number): TrialResult[] =>
      grid(curves.flat, { status: "diverged" }).map((trial) => ({
        ...trial,
        divergedAtStep: step,
        lossCurve: [],
      }));
    const atStart = decided(atStep(1));
    expect(atStart).toMatchObject({ verdict: "inconclusive", rank: null, fault: "unknown" });
    expect(atStart.faultyTraining).toMatchObject({ diverged: 9, divergedAtStart: 9 });
    expect(adviceOf(atStart)).toMatchObject([
      { kind: "fault", cause: "unknown", diverged: 9, divergedAtStart: 9, anyCompared: false },
      { kind: "check-inputs" },
    ]);
    expect(atStart.explanation).not.toMatch(/rate is too high|Lower the learning rate/);
    const later = decided(atStep(2));
    expect(later).toMatchObject({ fault: "rate-too-high" });
    expect(later.faultyTraining).not.toHaveProperty("divergedAtStart");
    // Half and half: some diverged after updates.
    const both = decided([...atStep(1).slice(0, 4), ...atStep(2).slice(4)]);
    expect(both).toMatchObject({
      fault: "rate-too-high",
      faultyTraining: { diverged: 9, divergedAtStart: 4 },
    });
    // Beside runs that completed, they do not count against the rate either.
    const more = atStep(1).map((trial) => ({ ...trial, spec: { ...trial.spec, seed: 3 + trial.spec.seed } }));
    expect(decided([...grid(curves.flat), ...more]).fault).toBe("unknown");
  });

  test("is to train longer where the loss still fell, or had no steps to fall in", () => {
    const falling = decided(grid(curves.falling));
    expect(falling.fault).toBe("too-short");
    expect(adviceOf(falling)).toMatchObject([
      { kind: "fault", cause: "too-short" },
      { kind: "train-longer", epochs: 2, maySpeedDiffer: false },
    ]);
    expect(adviceOf(falling)[0]).not.toHaveProperty("fewSteps");
    const brief = decided(grid(curves.brief));
    expect(brief.fault).toBe("too-short");
    expect(adviceOf(brief)).toMatchObject([
      { kind: "fault", fewSteps: 8 },
      { kind: "train-longer", epochs: 2 },
    ]);
  });

  test("is else to look at the labels", () => {
    expect(decided(grid(curves.flat)).fault).toBe("unknown");
    expect(adviceOf(decided(grid(curves.flat)))).toMatchObject([
      { kind: "fault", cause: "unknown" },
      { kind: "check-labels", thenSearch: true },
    ]);
    const memorised = decided(grid(curves.memorised, { epochs: 4 }));
    expect(memorised.fault).toBe("memorising");
    expect(adviceOf(memorised)).toMatchObject([
      { kind: "fault", cause: "memorising" },
      { kind: "check-labels", thenSearch: false },
    ]);
    expect(decided(grid(curves.memorised)).fault).toBe("too-short");
  });

  test("is not said where a rank has learned, or of runs without a loss curve", () => {
    const learned = decided(grid(curves.falling, { accuracy: 0.9 }));
    expect(learned).toMatchObject({ verdict: "adequate", rank: 2, classPrior: { state: "better" } });
    expect(learned).not.toHaveProperty("fault");
    const bare = decided(grid([]));
    expect(bare.rank).toBeNull();
    expect(bare).not.toHaveProperty("fault");
  });
});
