import { expect, test } from "vitest";
import { pointsNote } from "../../src/prepare/points-note.ts";

/** Training of 100 steps on 1,000 tokens: with its evaluation of 50 it costs as much as 2,050 forward passes. */
const training = { steps: 100, trainedTokens: 1000, evaluatedTokens: 50 };
const noteOf = (settings: object) => pointsNote({ data: "", model: "", ...settings }, training);

test("the note tells what evaluations on the way add to the compute, and what adds a tenth at most", () => {
  expect(noteOf({})).toEqual([]);
  expect(noteOf({ evaluateEvery: 0.25 })).toEqual([
    "A training is evaluated 3 times on the way, which adds about 7 % to its compute.",
  ]);
  const optionName = () => "--evaluate-every";
  expect(noteOf({ evaluateEvery: 10, optionName })).toEqual([
    "A training is evaluated 9 times on the way, which adds about 22 % to its compute. --evaluate-every 20 adds about 10 % to its compute.",
  ]);
});

test("answers that are generated cost more than their tokens", () => {
  const answers = { metric: "equals" };
  expect(noteOf({ evaluateEvery: 0.5, answers })).toEqual([
    "A training is evaluated once on the way, which adds more than 2 % to its compute.",
  ]);
});

test("an interval as long as the training is told", () => {
  expect(noteOf({ evaluateEvery: 100 })).toEqual([
    "evaluateEvery 100 is no step before the last: a training has 100 steps.",
  ]);
});
