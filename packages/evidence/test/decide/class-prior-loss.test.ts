import { describe, expect, test } from "vitest";
import { priorOfAgreement, priorOfLabels, priorOfShare } from "../../src/decide/class-prior-loss.ts";

describe("priorOfLabels", () => {
  test("is right on the largest class, and costs minus the logarithm of each example's share", () => {
    const { correct, logLoss } = priorOfLabels(["b", "a", "a", "c"]);
    expect([...correct]).toEqual([0, 1, 1, 0]);
    expect([...logLoss]).toEqual([1 / 4, 1 / 2, 1 / 2, 1 / 4].map((share) => -Math.log(share)));
  });

  test("of one class alone it is always right and costs nothing", () => {
    const { correct, logLoss } = priorOfLabels([3, 3]);
    expect([...correct]).toEqual([1, 1]);
    expect([...logLoss].map(Math.abs)).toEqual([0, 0]);
  });
});

describe("priorOfShare", () => {
  test("of two classes costs their entropy", () => {
    const { correct, logLoss } = priorOfShare(0.75, 2, 4);
    expect([...correct]).toEqual([0.75, 0.75, 0.75, 0.75]);
    expect(logLoss[3]).toBeCloseTo(-0.75 * Math.log(0.75) - 0.25 * Math.log(0.25), 12);
    expect(priorOfShare(1, 2, 1).logLoss[0]).toBeCloseTo(0, 12);
  });

  test("of more classes costs no less than any shares that they can have", () => {
    // 0.5, 0.25, 0.25 is the most even, 0.5, 0.4, 0.1 another
    const most = priorOfShare(0.5, 3, 1).logLoss[0]!;
    expect(most).toBeCloseTo(-0.5 * Math.log(0.5) - 0.5 * Math.log(0.25), 12);
    expect(most).toBeGreaterThan(-0.5 * Math.log(0.5) - 0.4 * Math.log(0.4) - 0.1 * Math.log(0.1));
  });
});

describe("priorOfAgreement", () => {
  const run = (seed: number, correct: number[]) => ({ rank: 4, seed, correct });
  test("takes what all runs are right on for a class", () => {
    const found = priorOfAgreement([run(0, [1, 1, 0]), run(1, [1, 1, 0])])!;
    expect([...found.correct]).toEqual([1, 1, 0]);
    expect(found.source).toBe("agreement");
  });

  test("is wrong on every example where all runs are", () => {
    const found = priorOfAgreement([run(0, [0, 0]), run(1, [0, 0])])!;
    expect([...found.correct]).toEqual([0, 0]);
    expect([...found.logLoss].map(Math.abs)).toEqual([0, 0]);
  });

  test("knows nothing of runs that differ, of one run, of shares, and of runs that are always right", () => {
    expect(priorOfAgreement([run(0, [1, 1, 0]), run(1, [1, 0, 0])])).toBeUndefined();
    expect(priorOfAgreement([run(0, [1, 1, 0])])).toBeUndefined();
    expect(priorOfAgreement([run(0, [1, 0.5, 0]), run(1, [1, 0.5, 0])])).toBeUndefined();
    expect(priorOfAgreement([run(0, [1, 1]), run(1, [1, 1])])).toBeUndefined();
    expect(priorOfAgreement([])).toBeUndefined();
  });
});
