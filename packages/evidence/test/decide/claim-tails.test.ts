import { describe, expect, test } from "vitest";
import { claimTails, lostTails } from "../../src/decide/claim-tails.ts";
import { jointUpperTail, normalQuantile } from "../../src/statistics/normal.ts";

const error = 0.05;

describe("claimTails", () => {
  test("of two ranks spends the whole error on each bound, half of it on each side of the interval", () => {
    expect(claimTails(1 - error, { ranks: 2 })).toEqual({
      pairTail: expect.closeTo(error / 2, 12),
      smallestTail: expect.closeTo(error, 12),
      otherTail: expect.closeTo(error, 12),
      openTail: expect.closeTo(error, 12),
    });
  });

  test.each([3, 4, 8])("of %d ranks: the bounds miss together as often as allowed", (ranks) => {
    const { pairTail, smallestTail, otherTail, openTail } = claimTails(1 - error, { ranks });
    expect(pairTail).toBeCloseTo(error / (ranks * (ranks - 1)), 12);
    const others = Array.from({ length: ranks - 2 }, () => otherTail);
    const limits = [smallestTail, ...others].map((tail) => -normalQuantile(tail));
    expect(jointUpperTail(limits, 0.5)).toBeCloseTo(error, 7);
    // The smallest rank has two thirds of the error, the others share the rest.
    expect(smallestTail / (otherTail * (ranks - 2))).toBeCloseTo(2, 9);
    expect(openTail).toBeUndefined();
  });

  test("of one look among several spends a part of each tail, and claims nothing among open verdicts", () => {
    const whole = claimTails(1 - error, { ranks: 2 });
    const look = claimTails(1 - error, { ranks: 2, spend: (tail) => tail / 10 });
    expect(look.pairTail).toBeCloseTo(whole.pairTail / 10, 12);
    expect(look.smallestTail).toBeCloseTo(whole.smallestTail / 10, 12);
    expect(look.otherTail).toBeCloseTo(whole.otherTail / 10, 12);
    expect(look).not.toHaveProperty("openTail");
  });
});

describe("lostTails: at which a smaller rank has lost", () => {
  const tails = { pairTail: 0.002, smallestTail: 0.03, otherTail: 0.02 };

  test("without a difference is a third of the smallest rank's tail, between the pairs' and the others'", () => {
    expect(lostTails(tails, 5).alike).toBeCloseTo(0.01, 12);
    expect(lostTails({ ...tails, otherTail: 0.006 }, 5).alike).toBe(0.006);
    expect(lostTails({ ...tails, pairTail: 0.015 }, 5).alike).toBe(0.015);
  });

  test("beside a difference is a third too below five seeds, then the whole tail", () => {
    expect(lostTails(tails, 4).differing).toBeCloseTo(0.01, 12);
    expect(lostTails({ ...tails, pairTail: 0.015 }, 4).differing).toBe(0.015);
    expect(lostTails(tails, 5).differing).toBe(0.03);
  });
});
