import { describe, expect, test } from "vitest";
import { pairedDifference } from "../../src/decide/paired-difference.ts";

/** Of log losses that alternate around `mean`, and of right and wrong. */
const evaluation = (logLosses: readonly number[], correct: readonly number[]) => ({
  logLoss: 0,
  accuracy: 0,
  logLosses,
  correct,
});

describe("pairedDifference", () => {
  test("is Student's paired interval on log losses, positive when the first is lower", () => {
    const first = evaluation([1, 2, 3, 4, 5], [1, 1, 1, 1, 1]);
    const second = evaluation([1.2, 2.1, 3.4, 4.1, 5.2], [1, 1, 1, 1, 1]);
    const { advantage, interval } = pairedDifference(first, second, "log-loss", 0.95);
    // differences 0.2, 0.1, 0.4, 0.1, 0.2: mean 0.2, standard deviation 0.1225, t(4) = 2.776
    expect(advantage).toBeCloseTo(0.2, 12);
    expect(interval[1] - advantage).toBeCloseTo((2.776_445 * Math.sqrt(0.015)) / Math.sqrt(5), 5);
    expect(interval[0]).toBeCloseTo(2 * advantage - interval[1], 12);
    expect(pairedDifference(second, first, "log-loss", 0.95).advantage).toBeCloseTo(-0.2, 12);
  });

  test("leaves room for what no example showed: two models that agree may still differ", () => {
    const same = evaluation(Array(300).fill(0.5), Array(300).fill(1));
    const { advantage, interval } = pairedDifference(same, same, "accuracy", 0.95);
    expect(advantage).toBe(0);
    expect(interval[1]).toBeCloseTo(-Math.log(0.025) / 300, 9); // the rule of three
  });
});
