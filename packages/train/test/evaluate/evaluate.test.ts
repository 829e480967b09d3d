import { expect, test } from "vitest";
import { evaluate } from "../../src/evaluate/evaluate.ts";
import type { Transformer } from "../../src/transformer/transformer.ts";

/** A model that is right where the target is token 1, at a loss of 1 nat, and wrong elsewhere at 2. */
const model = {
  losses: async ({ targets }: { readonly targets: Int32Array }) => ({
    losses: Float32Array.from(targets, (target) => (target === 1 ? 1 : 2)),
    hits: Uint8Array.from(targets, (target) => Number(target === 1)),
  }),
} as unknown as Transformer;

test("accuracy and log loss are means of the examples, whose responses have different numbers of tokens", async () => {
  const example = (id: string, labels: readonly number[]) => ({ id, inputIds: labels.map(() => 3), labels });
  const examples = [example("a", [-100, 1]), example("b", [-100, 1, 2, 2, 2]), example("c", [2, 2, 1, 1])];
  const { accuracy, logLoss, correct, logLosses } = await evaluate(model, examples, { padId: 0 });
  expect(correct).toEqual([1, 0.25, 0.5]);
  expect(accuracy).toBe((1 + 0.25 + 0.5) / 3); // 4 of 9 tokens
  expect(logLosses).toEqual([1, 1.75, 1.5]);
  expect(logLoss).toBe((1 + 1.75 + 1.5) / 3);
});

/** A model of three classes that names class 2 for token 7, else class 1, with the log loss of probability 0.8 or 0.1. */
const classifier = {
  losses: async ({ inputIds, targets }: { readonly inputIds: Int32Array; readonly targets: Int32Array }) => {
    const rows = Array.from(targets, (target, row) => {
      const named = inputIds[(row * inputIds.length) / targets.length] === 7 ? 2 : 1;
      return { named, isRight: named === target };
    });
    return {
      losses: Float32Array.from(rows, ({ isRight }) => -Math.log(isRight ? 0.8 : 0.1)),
      hits: Uint8Array.from(rows, ({ isRight }) => Number(isRight)),
      predictions: Int32Array.from(rows, ({ named }) => named),
    };
  },
} as unknown as Transformer;

const classified = [
  { id: "a", inputIds: [7, 3], label: 2 },
  { id: "b", inputIds: [3, 3, 3], label: 0 },
  { id: "c", inputIds: [3], label: 1 },
];

test("classes and predictions are recorded where the metric needs them, in the examples' order", async () => {
  const without = await evaluate(classifier, classified, { padId: 0, metric: "log-loss" });
  expect(Object.keys(without)).toEqual(["accuracy", "logLoss", "correct", "logLosses"]);
  const evaluation = await evaluate(classifier, classified, { padId: 0, metric: "macro-f1" });
  expect(evaluation).toEqual({ ...without, labels: [2, 0, 1], predictions: [2, 1, 1] });
});

test("the positive class's probability is that of the own class, or what it lacks to 1", async () => {
  const two = classified.map((example) => ({ ...example, label: example.label % 2 }));
  const { positiveScores, predictions } = await evaluate(classifier, two, { padId: 0, metric: "auroc" });
  expect(predictions).toBeUndefined();
  // labels 0, 0, 1: probability 0.1 of the own class, 0.1, and 0.8
  expect(positiveScores).toEqual([expect.closeTo(0.9, 6), expect.closeTo(0.9, 6), expect.closeTo(0.8, 6)]);
});
