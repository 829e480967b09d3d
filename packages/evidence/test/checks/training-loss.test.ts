import { describe, expect, test } from "vitest";
import { hasCollapsed, lossRose } from "../../src/checks/training-loss.ts";
import { trialOf } from "./probed-trials.ts";

describe("hasCollapsed", () => {
  test("compares with the most frequent class, within two standard errors", () => {
    // sqrt(0.6 * 0.4 / 1000) = 0.0155
    expect(hasCollapsed(trialOf({ rank: 4, accuracy: 0.63 }), 0.6)).toBe(true);
    expect(hasCollapsed(trialOf({ rank: 4, accuracy: 0.632 }), 0.6)).toBe(false);
    expect(hasCollapsed(trialOf({ rank: 4, accuracy: 0.1 }), 0.6)).toBe(true);
  });

  test("without a most frequent class asks whether the loss fell", () => {
    const flat = Array.from({ length: 40 }, (_, i) => 0.7 + (i % 2 === 0 ? 0.1 : -0.1));
    expect(hasCollapsed(trialOf({ rank: 4, accuracy: 0.1 }))).toBe(false);
    expect(hasCollapsed(trialOf({ rank: 4, losses: flat.map((loss, i) => loss + 0.01 * i) }))).toBe(true);
    expect(hasCollapsed(trialOf({ rank: 4, losses: flat.map((loss, i) => loss - 0.01 * i) }))).toBe(false);
  });

  test("says nothing of a run too short to have two ends", () => {
    expect(hasCollapsed(trialOf({ rank: 4, losses: [0.5, 0.6] }))).toBe(false);
  });
});

describe("lossRose", () => {
  const roseIn = (losses: readonly number[]) => lossRose(trialOf({ rank: 4, losses }));
  const steady = Array.from({ length: 40 }, (_, i) => 0.6 + (i % 2 === 0 ? 0.3 : -0.3));

  test("sees a rise from which the loss came back, and one that lasts", () => {
    expect(roseIn([1.17, 0.57, 9550, 0.69, 0.69, 0.69, 0.69, 0.69])).toBe(true);
    expect(roseIn([0.63, 0.79, 0.78, 0.65, 0.98, 1.09, 1.04, 1.75, 1.2, 3.72, 3.27, 1.6, 0.7, 0.7])).toBe(
      true,
    );
    expect(roseIn(steady.map((loss, i) => loss + i / 10))).toBe(true);
    expect(roseIn([0.7, 4])).toBe(true);
  });

  test("takes a few bad batches, a lucky first one and a slow start for none", () => {
    expect(roseIn(steady)).toBe(false);
    expect(roseIn([0.1, ...steady])).toBe(false);
    expect(roseIn(steady.with(20, 2.5))).toBe(false);
    expect(roseIn([])).toBe(false);
  });

  test("of responses measures from the first step alone", () => {
    const trial = trialOf({ rank: 4, losses: [3, ...Array.from({ length: 20 }, () => 4)] });
    const response = { ...trial, spec: { ...trial.spec, task: { kind: "causal-lm" } as const } };
    expect(lossRose(response)).toBe(false);
    expect(
      lossRose({ ...response, lossCurve: response.lossCurve.map((p, i) => ({ ...p, loss: 3 + i / 4 })) }),
    ).toBe(true);
  });
});
