import { describe, expect, test } from "vitest";
import { epochOrder, trainingSteps } from "../../src/batches/batches.ts";
import {
  evaluationCount,
  pointCount,
  pointSteps,
  pointsCost,
  pointsWords,
  stepsOf,
} from "../../src/prepare/point-steps.ts";

test("steps of a training are those that it runs: none crosses epochs", () => {
  expect(stepsOf({ epochs: 2, batchSize: 8 }, 100)).toBe(26);
  expect(stepsOf({ epochs: 0.5, batchSize: 8 }, 101)).toBe(7); // 51 examples
  for (const epochs of [0.01, 1, 2.5, 3.99])
    for (const examples of [1, 7, 64, 101])
      for (const batchSize of [1, 8, 200]) {
        const run = trainingSteps(epochOrder(examples, epochs, 3), batchSize);
        expect(stepsOf({ epochs, batchSize }, examples)).toBe(run.length);
      }
});

describe("pointSteps", () => {
  test("are multiples of the interval, rounded, each once and before the last step", () => {
    for (const every of [1, 2, 7, 0.001, 0.1, 0.15, 1 / 3, 0.5, 0.9, 0.999])
      for (const steps of [1, 2, 5, 9, 30, 101]) {
        const multiples = Array.from(
          { length: 1000 },
          (_, i) => (i + 1) * (every < 1 ? every * steps : every),
        );
        const rounded = new Set(multiples.map(Math.round));
        const points = pointSteps(every, steps);
        expect(points).toEqual([...rounded].filter((step) => step > 0 && step < steps));
        expect(pointCount({ evaluateEvery: every }, steps)).toBe(points.length);
      }
  });

  test("are counted without listing them, as a form asks while a number is typed", () => {
    expect(pointCount({ evaluateEvery: 1e-12 }, 4)).toBe(3);
    expect(pointCount({ evaluateEvery: 1 }, 1e15)).toBe(1e15 - 1);
    expect(stepsOf({ epochs: 1e12, batchSize: 8 }, 24)).toBe(3e12);
  });
});

test("a training is evaluated at its end too, and on the way only where it says so", () => {
  const length = { epochs: 2, batchSize: 8 };
  expect(evaluationCount(length, 100)).toBe(1);
  expect(evaluationCount({ ...length, evaluateEvery: 0.1 }, 100)).toBe(1 + 9);
  expect(evaluationCount({ ...length, evaluateEvery: 6 }, 100)).toBe(1 + 4);
});

describe("pointsCost", () => {
  test("is what the evaluations add to the trial", () => {
    const cost = pointsCost({ evaluateEvery: 0.25 }, 100, { evaluation: 3, trial: 300 });
    expect(cost).toEqual({ evaluations: 3, share: 9 / 300 });
  });

  test.each([
    [0.1, 30, 0.25],
    [0.05, 20, 0.17],
    [10, 30, 25],
    [1, 95, 50],
  ])("names an interval in place of %s that adds a tenth at most", (every, evaluation, cheaper) => {
    const cost = pointsCost({ evaluateEvery: every }, 100, { evaluation, trial: 1000 })!;
    expect(cost.share).toBeGreaterThan(0.1);
    expect(cost.cheaper!.every).toBe(cheaper);
    expect(cost.cheaper!.share).toBeLessThanOrEqual(0.1);
    const named = pointSteps(cheaper, 100).length;
    expect(cost.cheaper!.share).toBeCloseTo((named * evaluation) / 1000, 12);
    // One more evaluation would be too many.
    expect(((named + 1) * evaluation) / 1000).toBeGreaterThan(0.1);
  });

  test("is none without evaluations on the way, or where their number is unknown", () => {
    const cost = { evaluation: 3, trial: 300 };
    expect(pointsCost({}, 100, cost)).toBeUndefined();
    expect(pointsCost({ evaluateEvery: 20 }, undefined, cost)).toBeUndefined();
    expect(pointsCost({ evaluateEvery: 0.25 }, undefined, cost)).toEqual({ evaluations: 3, share: 9 / 300 });
  });

  test("names none where one evaluation adds more than a tenth", () => {
    expect(pointsCost({ evaluateEvery: 0.5 }, 100, { evaluation: 200, trial: 1000 })).toEqual({
      evaluations: 1,
      share: 0.2,
    });
  });
});

test("the words have the cost, and above a tenth what costs less", () => {
  const amount = (share: number) => `${Math.round(100 * share)} %`;
  const words = (every: number, evaluation: number) =>
    pointsWords(
      pointsCost({ evaluateEvery: every }, 100, { evaluation, trial: 1000 })!,
      amount,
      "--evaluate-every",
    );
  expect(words(0.5, 20)).toBe("A training is evaluated once on the way, which adds 2 %.");
  expect(words(0.1, 30)).toBe(
    "A training is evaluated 9 times on the way, which adds 27 %. --evaluate-every 0.25 adds 9 %.",
  );
  expect(words(0.5, 200)).toBe(
    "A training is evaluated once on the way, which adds 20 %. Fewer validation examples cost less.",
  );
});
