import { describe, expect, test } from "vitest";
import { hasCollapsed } from "../../src/decide/collapsed.ts";
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
