import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { assertFinite, type Target } from "../../../../scripts/attack/attack.ts";
import { corpusIn, textOriginal } from "../../../../scripts/attack/corpus.ts";
import { eitherOf, type Mutator, mutatedJson, type Random } from "../../../../scripts/attack/mutate.ts";
import { type SimulatedWorld, simulateOutcomes } from "../../src/decide/simulate.ts";
import { decideResults } from "../../src/index.ts";
import { parseResults } from "../../src/parse.ts";
import { claimsOf, type Results } from "../../src/results.ts";
import { exampleResults, exampleTrial } from "../fixtures/results.ts";

/** A results file that is read gives a decision of finite numbers, which the same schema accepts, and its claims. */
export const resultsTargets = (): readonly Target[] => [
  {
    name: "results.json",
    originals: Object.entries({ small: exampleResults(), larger: largerResults() }).map(([name, results]) =>
      textOriginal(name, JSON.stringify(results)),
    ),
    corpus: corpusIn(fileURLToPath(new URL("./corpus", import.meta.url)), {
      "null.json": "E_RESULTS",
      "curve-of-1e308.json": "accepted",
      "nested.json": "E_RESULTS",
      "proto.json": "E_RESULTS",
      "share-of-0.json": "E_RESULTS",
    }),
    mutate: eitherOf(mutatedJson, drawnResults),
    read: (mutant) => {
      const results = parseResults(JSON.parse(mutant.toString()));
      const decision = decideResults(results);
      assertFinite(decision);
      const decided = parseResults({ ...results, decision });
      assertFinite(claimsOf(decided));
    },
  },
];

const { constantFrom: drawn } = fc;
const losses = fc.array(drawn(0, 5e-324, 0.1, 0.7, 2, 745, 1e9), { minLength: 1, maxLength: 9 });

/** Sweeps on which a decision can be given, with what is at the edge of being one. */
const sweeps = fc.record({
  ranks: fc.uniqueArray(drawn(1, 2, 4, 64, 1e6), { minLength: 1, maxLength: 4 }),
  seeds: fc.integer({ min: 1, max: 4 }),
  examples: fc.integer({ min: 1, max: 25 }),
  accuracy: drawn(0.01, 0.5, 0.9, 0.99),
  losses: fc.option(losses),
  curve: fc.array(drawn(0, -1, 0.5, 2, 1e9, 1e308, 5e-324), { maxLength: 12 }),
  metric: drawn("accuracy" as const, "log-loss" as const),
  margin: drawn(0, 1e-12, 0.01, 0.5, 1),
  confidence: drawn(0.5, 0.95, 0.999999),
  majorityShare: drawn(0.5, 0.9, 1),
  seconds: drawn(0, 1e-9, 10, 1e12),
});

/** Draws results in place of the original; one of four has its JSON changed too. */
const drawnResults: Mutator = (_, random) => {
  const [sweep] = fc.sample(sweeps, { numRuns: 1, seed: random.below(2 ** 31) });
  const bytes = Buffer.from(JSON.stringify(resultsOf(sweep!, random)));
  return random.below(4) === 0 ? mutatedJson(bytes, random) : bytes;
};

function resultsOf(sweep: typeof sweeps extends fc.Arbitrary<infer T> ? T : never, random: Random): Results {
  const { ranks, seeds, examples, accuracy, losses, curve, metric, margin, confidence, seconds } = sweep;
  const results = simulated(
    { ranks, accuracies: ranks.map(() => accuracy), seeds, examples },
    random.below(1e6),
  );
  const trials = results.trials.map(({ evaluation, ...trial }) => {
    const logLosses =
      losses === null ? evaluation!.logLosses! : evaluation!.logLosses!.map(() => random.of(losses));
    const measured = { ...trial.measured, seconds: { total: seconds } };
    const lossCurve = curve.map((loss, i) => ({ step: i + 1, loss }));
    const finished = { ...trial, lossCurve, measured };
    if (random.below(8) === 0) return { ...finished, status: "diverged" as const, divergedAtStep: 1 };
    return { ...finished, evaluation: { ...evaluation!, logLosses, logLoss: mean(logLosses) } };
  });
  const data = { ...results.data, majorityShare: sweep.majorityShare };
  return { ...results, data, trials, sweep: { ...results.sweep, metric, margin, confidence } };
}

function largerResults(): Results {
  return simulated({ ranks: [4, 16, 64], accuracies: [0.7, 0.8, 0.81], seeds: 3, examples: 20 }, 7);
}

function simulated(world: SimulatedWorld, seed: number): Results {
  const trials = simulateOutcomes(world, seed).cells.map(({ rank, seed, correct, logLoss }) => ({
    ...exampleTrial(rank, seed),
    evaluation: {
      accuracy: mean(correct),
      logLoss: mean(logLoss!),
      correct: Array.from(correct, (value) => (value === 1 ? 1 : 0)) as (0 | 1)[],
      logLosses: Array.from(logLoss!),
    },
  }));
  const example = exampleResults();
  const seeds = Array.from({ length: world.seeds }, (_, i) => i);
  return { ...example, sweep: { ...example.sweep, ranks: world.ranks, seeds }, trials };
}

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}
