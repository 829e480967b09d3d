import { describe, expect, test } from "vitest";
import { chooseToken, mostProbable } from "../../src/generate/generate.ts";
import { randomStream } from "../../src/random/random.ts";

const logits = Float32Array.from([0, 1, 2, 3], (x) => Math.log(x + 1)); // probabilities .1 .2 .3 .4

/** The share of each token in 20,000 draws. */
function shares(temperature: number, topP: number): number[] {
  const { uniform } = randomStream(7, "test");
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < 20_000; i++) counts[chooseToken(logits, { temperature, topP }, uniform)]!++;
  return counts.map((count) => count / 20_000);
}

const expectShares = (found: number[], wanted: number[]) =>
  wanted.forEach((share, i) => {
    expect(Math.abs(found[i]! - share), `token ${i}`).toBeLessThan(0.015); // four standard errors
  });

describe("a token", () => {
  test("is the most probable one at temperature 0, and the first of two that are alike", () => {
    const never = () => {
      throw new Error("nothing is drawn");
    };
    expect(chooseToken(logits, { temperature: 0, topP: 1 }, never)).toBe(3);
    expect(mostProbable(Float32Array.of(-1, 4, 4))).toBe(1);
  });

  test("comes as often as it is probable", () => {
    expectShares(shares(1, 1), [0.1, 0.2, 0.3, 0.4]);
  });

  test("comes by the square of its probability at temperature one half", () => {
    expectShares(shares(0.5, 1), [1 / 30, 4 / 30, 9 / 30, 16 / 30]);
  });

  test("is one of the fewest that have top-p together", () => {
    expectShares(shares(1, 0.6), [0, 0, 3 / 7, 4 / 7]);
    expectShares(shares(1, 0.3), [0, 0, 0, 1]);
    expectShares(shares(1, 0.001), [0, 0, 0, 1]);
  });
});
