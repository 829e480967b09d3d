import { describe, expect, test } from "vitest";
import { classPriorLoss } from "../../src/search/search-parts.ts";
import { exampleDataset } from "../helpers/search-example.ts";

describe("classPriorLoss", () => {
  test("is the log loss of the training examples' shares of the classes", () => {
    // 3 of 4 are ham to train on, 15 of 20 to judge by
    expect(classPriorLoss(exampleDataset(40))).toBeCloseTo(
      -(15 * Math.log(0.75) + 5 * Math.log(0.25)) / 20,
      12,
    );
  });

  test("is not known of responses", () => {
    const train = [{ id: "a", inputIds: [1, 2], labels: [-100, 2] }];
    expect(
      classPriorLoss({ name: "chat", task: { kind: "causal-lm" }, train, validation: train }),
    ).toBeUndefined();
  });
});
