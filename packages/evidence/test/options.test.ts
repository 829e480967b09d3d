// Options as a caller in JavaScript writes them: absent, lacking a member, or with a misspelt one.
import { expect, test } from "vitest";
import { anyhow } from "../../core/test/anyhow.ts";
import {
  decide,
  decideScores,
  outcomesFromRows,
  previewDesign,
  simulateOutcomes,
  testScoreOf,
} from "../src/index.ts";
import { decideRace } from "../src/methods/race/decide.ts";
import { raceSoFar } from "../src/methods/race/so-far.ts";

const rows = [4, 8].flatMap((rank) =>
  [1, 2].flatMap((seed) =>
    Array.from({ length: 40 }, (_, i) => ({
      rank,
      seed,
      example: `${i}`,
      correct: (i + rank * seed) % 3 ? 1 : 0,
    })),
  ),
);
const outcomes = outcomesFromRows(rows);
const scores = { runs: [4, 8].map((rank) => ({ rank, seed: 1, score: rank / 10 })) };
const design = { noise: 0.1, ranks: 2, seeds: 2, examples: 100, margin: 0.01 };
const world = { ranks: [4, 8], accuracies: [0.8, 0.9], seeds: 2, examples: 50 };

const refused: Readonly<Record<string, (call: typeof anyhow) => unknown>> = {
  "rows must be a list, got undefined": (call) => call(outcomesFromRows),
  "the table of outcomes must be an object, got a list": (call) => call(decide, rows),
  "cells must be in the table of outcomes, got nothing": (call) => call(decide, {}),
  "margn must be one of the options of a decision, got an unknown one. Did you mean margin?": (call) =>
    call(decide, outcomes, { margn: 0.01 }),
  "the options of a decision must be an object, got null": (call) => call(decide, outcomes, null),
  "runs must be in the table of scores, got nothing": (call) => call(decideScores, {}),
  "runs must be a list, got 3": (call) => call(decideScores, { runs: 3 }),
  "confidance must be one of the options of a decision, got an unknown one. Did you mean confidence?": (
    call,
  ) => call(decideScores, scores, { confidance: 0.9 }),
  "the options of a race must be an object, got undefined": (call) => call(raceSoFar, outcomes),
  "seed must be one of the options of a race, got an unknown one. Did you mean seeds?": (call) =>
    call(decideRace, outcomes, { ranks: [4, 8], seed: [1, 2] }),
  "margn must be one of the options of previewDesign, got an unknown one. Did you mean margin?": (call) =>
    call(previewDesign, { ...design, margin: undefined, margn: 0.01 }),
  "acuracies must be one of the world of simulateOutcomes, got an unknown one. Did you mean accuracies?": (
    call,
  ) => call(simulateOutcomes, { ...world, accuracies: undefined, acuracies: [0.8, 0.9] }, 1),
  "runs must be in the runs of testScoreOf, got nothing": (call) => call(testScoreOf, {}),
};

test.each(Object.entries(refused))("refuses: %s", (message, by) => {
  const error = by(anyhow);
  expect(error).toMatchObject({ name: "InputError", code: "E_OPTIONS" });
  expect((error as Error).message.split("\n")).toContain(message);
});

test("further members pass", () => {
  expect(() => decide(outcomes, { ...{ ranks: 2 }, margin: 0.1 })).not.toThrow();
});
