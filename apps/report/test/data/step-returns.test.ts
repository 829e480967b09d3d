import { claimsOf, type Decision, type ReturnStep } from "@lorank/evidence/results";
import { describe, expect, test } from "vitest";
import { hasPaid, returnSteps } from "../../src/sections/returns.tsx";
import { adequate, causalLm, empty, extend, indistinguishable, oneSeed } from "../fixtures/scenes.ts";

const step = (from: number, to: number, gain: number, half = 0.01): ReturnStep => ({
  from,
  to,
  gain,
  interval: [gain - half, gain + half],
});
const told = (returns: NonNullable<Decision["returns"]>, more: Partial<Decision> = {}) =>
  claimsOf({ ...adequate().decision, returns, ...more }).find(({ kind }) => /returns|gain/.test(kind));

describe("the claim of diminishing returns", () => {
  test("is the last step that paid, and whether it is the last one tried", () => {
    const steps = [step(2, 4, 0.026), step(4, 8, 0.022), step(8, 16, 0.001)];
    const { interval } = steps[1]!;
    expect(told({ curve: "rising-until", rank: 8, interval, steps })).toMatchObject({
      kind: "gain-until",
      rank: 8,
      than: 4,
      difference: 0.022,
      interval,
      isLast: false,
    });
    const last = steps.slice(0, 2);
    expect(told({ curve: "rising-until", rank: 8, interval, steps: last })).toMatchObject({ isLast: true });
  });
  test("is none where no step paid: the verdict says that rank makes no difference", () => {
    const { decision } = indistinguishable();
    expect(decision.returns!.curve).toBe("flat");
    expect(told(decision.returns!)).toBeUndefined();
    expect(claimsOf(decision)[1]).toMatchObject({ kind: "no-difference" });
  });
  test("is none where nothing can be claimed, and by log loss where that decides", () => {
    for (const scene of [oneSeed, empty])
      expect(claimsOf(scene()).filter(({ kind }) => /returns|gain/.test(kind))).toEqual([]);
    expect(causalLm().decision.returns?.curve).toBe("rising-until");
    expect(claimsOf(causalLm())).toContainEqual(
      expect.objectContaining({ kind: "gain-until", metric: "log-loss" }),
    );
  });
});

test("a gain has paid when its whole interval lies above 0", () => {
  expect(hasPaid(step(2, 4, 0.011))).toBe(true);
  expect(hasPaid(step(2, 4, 0.01))).toBe(false);
});

describe("returnSteps", () => {
  const perSecond = (steps: readonly ReturnStep[], seconds: (rank: number) => number) => {
    const results = extend();
    const trials = results.trials.map((trial) => {
      const { measured, spec } = trial;
      const total = seconds(spec.lora.rank);
      return { ...trial, measured: { ...measured, seconds: { ...measured.seconds, total } } };
    });
    const decision = { ...results.decision, returns: { curve: "flat", steps } as const };
    return returnSteps({ ...results, trials, decision })[0]?.perSecond;
  };
  test("divides by what a run of the larger rank takes longer", () => {
    expect(perSecond([step(2, 4, 0.02)], (rank) => (rank === 2 ? 40 : 50))).toBeCloseTo(0.002, 12);
  });
  test("divides by nothing that may be noise: less than a tenth more, no more at all, or no runs", () => {
    expect(perSecond([step(2, 4, 0.02)], (rank) => (rank === 2 ? 40 : 43))).toBeUndefined();
    expect(perSecond([step(2, 4, 0.02)], () => 40)).toBeUndefined();
    expect(perSecond([step(2, 128, 0.02)], () => 40)).toBeUndefined();
  });
  test("takes the decision's own figure where it has one", () => {
    expect(perSecond([{ ...step(2, 4, 0.02), perSecond: 0.5 }], () => 40)).toBe(0.5);
  });
});

test("the inflation of the best of several is in the metric's unit, and none where nothing was chosen", () => {
  const selection = { ranks: 5, expectedInflation: 0.00213 };
  const claims = claimsOf({ ...adequate().decision, rank: 16, bestRank: 16, selection });
  expect(claims).toContainEqual(
    expect.objectContaining({ kind: "selection-inflation", ranks: 5, inflation: 0.00213, bestRank: 16 }),
  );
  const chosen = claimsOf({ ...adequate().decision, rank: 8, bestRank: 16, selection });
  expect(chosen.some(({ kind }) => kind === "selection-inflation")).toBe(false);
  expect(claimsOf(empty()).some(({ kind }) => kind === "selection-inflation")).toBe(false);
});
