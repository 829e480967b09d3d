import { describe, expect, test } from "vitest";
import { shipWords } from "../src/adapter/merge-scores.ts";

const scores = (least: number, most: number) => ({
  examples: 400,
  confidence: 0.95,
  logLoss: { advantage: (least + most) / 2, interval: [least, most] as const },
  ship: least > 0 ? ("original" as const) : most < 0 ? ("dequantized" as const) : null,
});

describe("shipWords", () => {
  test("names the merge that is better, by how much and how surely", () => {
    expect(shipWords(scores(-0.03, -0.01), "dequantized", "merged")).toBe(
      "Ship the merge into the dequantised weights: on these 400 examples, its log loss is lower by 0.0200 nats " +
        "(95 % interval 0.0100 to 0.0300).",
    );
  });

  test("says how to get it where the other one was written", () => {
    expect(shipWords(scores(0.01, 0.03), "dequantized", "merged")).toBe(
      "Ship the merge into the original weights: on these 400 examples, its log loss is lower by 0.0200 nats " +
        "(95 % interval 0.0100 to 0.0300). merged holds the other one: merge again with --into original.",
    );
  });

  test("does not choose where the interval has 0 in it", () => {
    expect(shipWords(scores(-0.03, 0.01), "original", "merged")).toBe(
      "Ship either: on these 400 examples, log loss is 0.0100 nats lower in the dequantised weights, with 0 in the 95 % " +
        "interval (-0.0100 to 0.0300). merged holds the merge into the original weights.",
    );
  });
});
