import { expect, test } from "vitest";
import { bestStep, evaluationOn, halvesOf } from "../../src/schema/halves.ts";
import { metricOf } from "../../src/schema/metric.ts";

test("halves hold each example once, as many on both sides, and are not the first and the last ones", () => {
  const { choosing, scored } = halvesOf(101);
  expect([choosing.length, scored.length]).toEqual([51, 50]);
  expect([...choosing, ...scored].sort((a, b) => a - b)).toEqual(Array.from({ length: 101 }, (_, i) => i));
  expect(choosing.filter((example) => example < 51).length).toBeLessThan(40);
  expect(halvesOf(101)).toEqual({ choosing, scored });
});

test("a group is in one half", () => {
  const groups = Array.from({ length: 60 }, (_, i) => Math.floor(i / 7));
  const { choosing, scored } = halvesOf(60, groups);
  const of = (examples: readonly number[]) => new Set(examples.map((example) => groups[example]));
  expect([...of(choosing)].filter((group) => of(scored).has(group))).toEqual([]);
  expect(Math.abs(choosing.length - scored.length)).toBeLessThanOrEqual(7);
});

test("an evaluation on some examples has their columns and means, without those that the judge left out", () => {
  const evaluation = {
    accuracy: 0.5,
    correct: [1, 0, 1, 0],
    logLosses: [0.1, 2, 0.2, 3],
    answers: [{ text: "a" }, { text: "b" }, { text: "c" }, { text: "d", leftOut: true as const }],
  };
  expect(evaluationOn(evaluation, [0, 1, 3])).toEqual({
    accuracy: 0.5,
    logLoss: 1.05,
    correct: [1, 0],
    logLosses: [0.1, 2],
  });
});

test("the best step is by the metric's better side, and the first of equal ones", () => {
  const points = [
    { step: 10, score: 0.7 },
    { step: 20, score: 0.9 },
    { step: 30, score: 0.9 },
  ];
  expect(bestStep(points, metricOf("accuracy"))).toBe(20);
  expect(bestStep(points, metricOf("log-loss"))).toBe(10);
  expect(bestStep([], metricOf("accuracy"))).toBeUndefined();
});
