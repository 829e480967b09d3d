import { assertFinite, type Target, textOriginal } from "../../../../scripts/attack/attack.ts";
import { mutatedJson } from "../../../../scripts/attack/mutate.ts";
import { decideResults } from "../../src/decide/decide-results.ts";
import { simulateOutcomes } from "../../src/decide/simulate.ts";
import { claimsOf, parseResults, type Results } from "../../src/results/index.ts";
import { exampleResults, exampleTrial } from "../fixtures/results.ts";

/** A results file that is read gives a decision of finite numbers, which the same schema accepts, and its claims. */
export const resultsTargets = (): readonly Target[] => [
  {
    name: "results.json",
    originals: Object.entries({ small: exampleResults(), larger: largerResults() }).map(([name, results]) =>
      textOriginal(name, JSON.stringify(results)),
    ),
    mutate: mutatedJson,
    read: (mutant) => {
      const results = parseResults(JSON.parse(mutant.toString()));
      const decision = decideResults(results);
      assertFinite(decision);
      const decided = parseResults({ ...results, decision });
      assertFinite(claimsOf(decided));
    },
  },
];

function largerResults(): Results {
  const world = { ranks: [4, 16, 64], accuracies: [0.7, 0.8, 0.81], seeds: 3, examples: 20 };
  const trials = simulateOutcomes(world, 7).cells.map(({ rank, seed, correct, logLoss }) => ({
    ...exampleTrial(rank, seed),
    evaluation: {
      accuracy: mean(correct),
      logLoss: mean(logLoss!),
      correct: Array.from(correct, (value) => (value === 1 ? 1 : 0)) as (0 | 1)[],
      logLosses: Array.from(logLoss!),
    },
  }));
  const example = exampleResults();
  const sweep = { ...example.sweep, ranks: world.ranks, seeds: [0, 1, 2] };
  const results = { ...example, sweep, trials };
  return { ...results, decision: decideResults(results) };
}

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}
