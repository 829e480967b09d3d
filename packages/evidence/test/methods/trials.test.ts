import { expect, test } from "vitest";
import { type OutcomeTable, partOf } from "../../src/decide/outcomes.ts";
import { simulateOutcomes } from "../../src/decide/simulate.ts";
import type { PlannedSweep, TrialsSoFar } from "../../src/methods/method-trials.ts";
import { expectedTrials, methodTrials } from "../../src/methods/trials.ts";
import type { MethodName, TrialSpec } from "../../src/schema/types.ts";
import { exampleTrial } from "../fixtures/results.ts";

const ranks = [2, 4, 8];
const seeds = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const specs = seeds.flatMap((seed) => ranks.map((rank): TrialSpec => exampleTrial(rank, seed).spec));
const planned = (method: MethodName): PlannedSweep => ({
  summary: { method, ranks, seeds, metric: "accuracy", margin: 0.02, confidence: 0.95 },
  specs,
});
const placeOf = ({ lora, seed }: TrialSpec): string => `${lora.rank}/${seed}`;

const table = simulateOutcomes({ ranks, accuracies: [0.7, 0.9, 0.9], seeds: 10, examples: 400 }, 1);

/** What is known where these trials have run, of which no adapter was cut. */
function known(done: readonly TrialSpec[]): TrialsSoFar {
  const isDone = (spec: TrialSpec): boolean => done.includes(spec);
  const outcomesOf = (some: readonly TrialSpec[]): OutcomeTable => {
    const places = some.filter(isDone).map(placeOf);
    const part = partOf(table, [...new Set(some.map(({ lora }) => lora.rank))], seeds);
    const cells = part.cells.filter(({ rank, seed }) => places.includes(`${rank}/${seed}`));
    return { ...part, ranks: places.length === 0 ? [] : part.ranks, cells };
  };
  return {
    outcomesOf,
    isComplete: (some) => some.every(isDone),
    completed: (some) => some.filter(isDone).map(placeOf),
    truncationsOf: () => undefined,
  };
}

test("a grid has every rank under every seed from the beginning", () => {
  expect(methodTrials(planned("grid"), known([]))).toEqual({ trials: specs, truncations: [] });
  expect(expectedTrials(planned("grid"))).toBe(30);
});

test("a probe has the largest rank first, then its adapters cut to the smaller ones", () => {
  const first = methodTrials(planned("probe"), known([]));
  expect(new Set(first.trials.map(({ lora }) => lora.rank))).toEqual(new Set([8]));
  expect(expectedTrials(planned("probe"))).toBe(2 * first.trials.length);
  expect(methodTrials(planned("probe"), known(first.trials))).toEqual({
    trials: first.trials,
    truncations: [0, 1, 2].map((seed) => ({ trialId: `8/${seed}`, ranks: [2, 4] })),
  });
});

test("a race has a block of seeds more after each look, and makes no look again", () => {
  const first = methodTrials(planned("race"), known([]));
  expect(first.trials.map(placeOf)).toEqual(specs.slice(0, 9).map(placeOf));
  expect(methodTrials(planned("race"), known(first.trials.slice(1)), first)).toBe(first);
  const second = methodTrials(planned("race"), known(first.trials), first);
  expect(second.looked!.state.looks).toHaveLength(1);
  expect(second.looked!.trials).toEqual(first.trials);
  expect(methodTrials(planned("race"), known(first.trials))).toEqual(second);
  expect(expectedTrials(planned("race"))).toBe(30);
});
