import { describe, expect, test } from "vitest";
import { longer } from "../../src/checks/class-prior/above-untrained.ts";
import { decide, simulateOutcomes } from "../../src/index.ts";
import type { SearchSummary } from "../../src/schema/types.ts";
import type { Claim } from "../../src/words/claim.ts";
import { claimsOf, onTopic } from "../../src/words/claims-of.ts";
import { inWords, nextSteps } from "../../src/words/in-words.ts";
import type { ClaimInputs } from "../../src/words/sweep-claims.ts";
import { exampleResults, exampleTrial } from "../fixtures/results.ts";

const world = { ranks: [4, 32], accuracies: [0.85, 0.85], seeds: 5, examples: 2000 };
const { trials } = exampleResults();
const results: ClaimInputs = {
  ...exampleResults(),
  trials: trials.map((trial) => ({ ...trial, lossCurve: [] })),
  decision: decide(simulateOutcomes(world, 3), { margin: 0.1 }),
};

test("runs without an outcome are counted, and the ranks that lack them named", () => {
  const { sweep } = exampleResults();
  const inputs = { ...results, sweep: { ...sweep, seeds: [0, 1, 2] }, trials };
  expect(claimsOf(inputs)).toContainEqual(
    expect.objectContaining({ kind: "failed-runs", diverged: 1, missing: 2, planned: 6, ranks: [4, 32] }),
  );
  expect(claimsOf({ ...inputs, sweep })).toContainEqual(
    expect.objectContaining({ kind: "failed-runs", diverged: 1, missing: 0, planned: 4, ranks: [32] }),
  );
});

test("runs that failed or ran out of memory are run again, in the words of their ranks", () => {
  const { sweep } = exampleResults();
  const lacking = results.trials.map((trial) => ({
    ...trial,
    ...(trial.status === "diverged" ? { status: "out-of-memory" as const } : {}),
  }));
  const inputs = { ...results, sweep: { ...sweep, seeds: [0, 1, 2] }, trials: lacking };
  expect(nextSteps(claimsOf(inputs)).map(({ words, change }) => [words, change])).toEqual([
    [
      "Run rank 32 again with more memory, as on another card or with fewer --jobs: it ran out of it.",
      { flags: [["--retry-out-of-memory"]], sweep: "as-it-is" },
    ],
    ["Run what failed again: 2 runs of ranks 4 and 32 left no result.", { flags: [], sweep: "as-it-is" }],
  ]);
});

describe("a training of too few steps for the check of convergence", () => {
  const kinds = (changes: Partial<ClaimInputs> = {}): Claim["kind"][] =>
    claimsOf({ ...results, trials, ...changes })
      .map(({ kind }) => kind)
      .filter((kind) => kind === "few-steps" || kind === "train-longer");

  test("is told, and is to be longer before anything else is tried", () => {
    expect(kinds()).toEqual(["few-steps", "train-longer"]);
    const open = decide(simulateOutcomes(world, 3), { margin: 0.005 });
    const steps = nextSteps(claimsOf({ ...results, trials, decision: open }));
    expect(steps.map(({ kind }) => kind)).toEqual(["train-longer", "no-design-settles"]);
  });

  test("is not to be longer where no rank meets a condition as it is", () => {
    const secondary = (states: readonly ("violated" | "open")[]) => [
      {
        ...{ name: "forgetting", better: "lower" as const, limit: 0.05, examples: 1 },
        ranks: states.map((condition, i) => ({ rank: [4, 32][i]!, mean: 0.2, bound: 0.3, condition })),
      },
    ];
    const unsettled = { verdict: "inconclusive" as const, rank: null, certifiedRank: null };
    const decision = (...states: Parameters<typeof secondary>[0]) => ({
      decision: { ...results.decision, ...unsettled, secondary: secondary(states) },
    });
    expect(kinds(decision("violated", "violated"))).toEqual(["few-steps"]);
    expect(kinds(decision("violated", "open"))).toEqual(["few-steps", "train-longer"]);
  });

  test("is one of which every step is known, unless the check judged a rank", () => {
    expect(kinds({ trials: results.trials })).toEqual([]);
    const rank = { rank: 4, seeds: 2, epochs: 1, threshold: 0.02, state: "unclear" } as const;
    expect(kinds({ decision: { ...results.decision, convergence: [rank] } })).toEqual([]);
    const spec = { ...trials[0]!.spec, optimizer: {} };
    expect(kinds({ trials: trials.map((trial) => ({ ...trial, spec }) as typeof trial) })).toEqual([]);
  });

  test("is advised to see every text once, at least", () => {
    expect([longer(0.1), longer(1.5)]).toEqual([1, 3]);
  });
});

test("what the adapters gain is compared with the margin, where the base without one was evaluated", () => {
  const sentence = (accuracy: number, margin: number): string | undefined => {
    const correct = Array.from({ length: 1000 }, (_, i) => (i < 1000 * accuracy ? 1 : 0));
    const untouchedBase = { accuracy, correct, logLoss: 2, logLosses: correct.map(() => 2) };
    const decision = { ...results.decision, margin };
    const found = claimsOf({ ...results, decision, untouchedBase }).find(
      (one) => one.kind === "untouched-base",
    );
    return found && inWords(found);
  };
  const start = (accuracy: string) =>
    `Without an adapter the base has an accuracy of ${accuracy} and a log loss of 2.000. Rank 4 has `;
  expect(sentence(0.6, 0.01)).toMatch(start("60.0%"));
  expect(sentence(0.6, 0.01)).toMatch(/: the margin of 1 point is 4% of that gain\.$/);
  expect(sentence(0.8, 0.1)).toMatch(/: that gain is within the margin of 10 points\.$/);
  expect(sentence(0.9, 0.1)).toMatch(/: that is no gain\.$/);
  expect(claimsOf(results).map(({ kind }) => kind)).not.toContain("untouched-base");
});

test("examples that a judge left out of a run are counted", () => {
  const [first, ...others] = results.trials;
  const answers = first!.evaluation!.correct.map((_, i) => ({
    text: "",
    ...(i === 1 ? { leftOut: true as const } : {}),
  }));
  const trials = [{ ...first!, evaluation: { ...first!.evaluation!, answers } }, ...others];
  expect(claimsOf({ ...results, trials })).toContainEqual(
    expect.objectContaining({ kind: "left-out-examples", examples: 1 }),
  );
});

const kindsOf = (inputs: ClaimInputs): Claim["kind"][] =>
  claimsOf(inputs)
    .map(({ kind }) => kind)
    .filter((kind) => kind === "one-rate" || kind === "try-rates" || kind === "search-rate");

describe("a sweep at one learning rate", () => {
  test("that was not tuned says so once, with the step that settles it", () => {
    expect(kindsOf(results)).toEqual(["one-rate", "try-rates"]);
    expect(claimsOf(results)).toContainEqual({ kind: "one-rate", topic: "evidence", rate: 0.001 });
  });

  test("has no advice of its own where the verdict has some", () => {
    const open = decide(simulateOutcomes(world, 3), { margin: 0.005 });
    expect(kindsOf({ ...results, decision: open })).toEqual(["one-rate"]);
    expect(onTopic(claimsOf({ ...results, decision: open }), "next")).toMatchObject([
      { kind: "no-design-settles" },
    ]);
  });

  test("that was searched, or compared with others, is silent", () => {
    const search = { learningRate: { chosen: 0.001 } } as SearchSummary;
    expect(kindsOf({ ...results, sweep: { ...results.sweep, search } })).toEqual([]);
    expect(kindsOf({ ...results, otherRates: [exampleTrial(4, 0)] })).toEqual([]);
  });

  test("that another trainer keeps to itself, or that differs by rank, is none", () => {
    const rated = (learningRates: readonly (number | undefined)[]): ClaimInputs => ({
      ...results,
      sweep: { ...results.sweep, ranks: [4, 8], seeds: [0] },
      trials: learningRates.map((learningRate, i) => {
        const trial = { ...exampleTrial(4 * (i + 1), 0), lossCurve: [] };
        const { learningRate: _, ...optimizer } = trial.spec.optimizer;
        const own = learningRate === undefined ? optimizer : { ...optimizer, learningRate };
        return { ...trial, spec: { ...trial.spec, optimizer: own } } as typeof trial;
      }),
    });
    expect(kindsOf(rated([0.001, 0.001]))).toEqual(["one-rate", "try-rates"]);
    expect(kindsOf(rated([0.001, 0.002]))).toEqual([]);
    expect(kindsOf(rated([undefined, undefined]))).toEqual([]);
  });

  test("is not in question where nothing is compared", () => {
    const one = decide(simulateOutcomes({ ...world, ranks: [4], accuracies: [0.85] }, 3));
    expect(kindsOf({ ...results, decision: one })).toEqual([]);
    const base = decide(simulateOutcomes({ ...world, ranks: [0, 4] }, 3), { margin: 0.1 });
    expect(kindsOf({ ...results, decision: base })).toEqual([]);
  });
});
