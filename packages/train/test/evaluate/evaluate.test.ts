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
