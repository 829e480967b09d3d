import { describe, expect, test } from "vitest";
import type { Decision } from "../../../src/schema/types.ts";
import { claimsOf } from "../../../src/words/claims-of.ts";
import { inWords } from "../../../src/words/in-words.ts";
import { find } from "../../words/find.ts";
import { decideChecked, type ProbeTable, probeOf, sweepOf } from "../probed-trials.ts";

const third = 1 / 3;
const nearlyEqual = { 4: [0.9, 0.905, 0.898], 32: [0.902, 0.9, 0.904] };
const largestWins = { 4: [0.8, 0.805, 0.798], 32: [0.902, 0.9, 0.904] };

/** The decision of a sweep before and after the probe. */
function told(
  accuracies: Readonly<Record<number, readonly number[]>>,
  table: ProbeTable,
  alphaOf = (_: number) => 32,
): {
  readonly before: Decision;
  readonly after: Decision;
} {
  const withAlpha = <T extends { readonly spec: { readonly lora: { readonly rank: number } } }>(
    trial: T,
  ): T => ({
    ...trial,
    spec: { ...trial.spec, lora: { ...trial.spec.lora, alpha: alphaOf(trial.spec.lora.rank) } },
  });
  const trials = sweepOf(accuracies).map(withAlpha);
  const otherRates = probeOf(table).map(withAlpha);
  const before = decideChecked(trials, { majorityShare: 0.6 });
  const after = decideChecked(trials, { otherRates, majorityShare: 0.6 });
  return { before, after };
}

describe("the claims of other learning rates", () => {
  test("are added with the probe, and the rest of the decision stays as it is", () => {
    const { before, after } = told(nearlyEqual, { [third]: [0.9, 0.9], 3: [0.9, 0.9] });
    expect(after.explanation).toBe(inWords(claimsOf(after)));
    const { robustness, ...rest } = after;
    expect(robustness!.rates).toHaveLength(3);
    expect({ ...rest, explanation: before.explanation }).toEqual(before);
  });

  test("of a flip come first: that the rate decides, where which rank is better, and what to do", () => {
    const { after } = told(largestWins, { [third]: [0.6, 0.9], 3: [0.9, "diverged"] });
    expect(claimsOf(after).slice(0, 3)).toMatchObject([
      { kind: "rate-decides", ranks: [4, 32] },
      { kind: "rate-flips", rates: [{ better: "largest" }, { factor: 1 }, { better: "smallest" }] },
      { kind: "recommended", rank: 32, atOwnRate: true },
    ]);
    expect(find(after, "search-rate")).toMatchObject({ holdUpdate: false });
  });

  test("where both ranks learned at other rates and not at the sweep's, the rate is to be changed", () => {
    const collapsed = { 4: [0.6, 0.6, 0.6], 32: [0.6, 0.6, 0.6] };
    const { after } = told(collapsed, { [third]: [0.9, 0.9], 3: [0.6, "diverged"] });
    expect(find(after, "learned-at-other-rates")).toMatchObject({
      ranks: [4, 32],
      factors: [expect.closeTo(third)],
    });
    expect(find(after, "search-rate")).toBeDefined();
    const none = told(collapsed, { [third]: [0.6, 0.6], 3: [0.6, "diverged"] }).after;
    expect(find(none, "learned-at-no-rate")).toMatchObject({
      ranks: [4, 32],
      factors: [expect.closeTo(third), 1, 3],
    });
    expect(find(none, "search-rate")).toBeUndefined();
  });

  test("advise to hold the update constant only where it was not", () => {
    const flip = { [third]: [0.6, 0.9], 3: [0.9, 0.6] } as const;
    expect(find(told(nearlyEqual, flip, (rank) => rank).after, "search-rate")?.holdUpdate).toBe(true);
    expect(find(told(nearlyEqual, flip).after, "search-rate")?.holdUpdate).toBe(false);
  });

  test("of one failing rank say which and where", () => {
    const { after } = told(nearlyEqual, { [third]: [0.9, 0.9], 3: [0.9, 0.6] });
    expect(find(after, "rate-breaks")?.rates).toMatchObject([
      { better: "smallest", largest: { status: "collapsed" }, smallest: { status: "learned" } },
    ]);
  });

  test("of a kept order name the rank that is always better", () => {
    const { after } = told(largestWins, { [third]: [0.65, 0.95], 3: [0.65, 0.95] });
    expect(find(after, "rate-kept")).toMatchObject({
      winner: 32,
      loser: 4,
      factors: [expect.closeTo(third), 1, 3],
    });
  });

  test("without evidence claim neither, and say where runs failed", () => {
    const even = told(nearlyEqual, { [third]: [0.9, 0.9], 3: [0.9, 0.9] }).after;
    expect(find(even, "rate-unclear")).toMatchObject({
      ranks: [4, 32],
      factors: [expect.closeTo(third), 3],
      failed: [],
    });
    const failed = told(nearlyEqual, { [third]: [0.9, 0.9], 2.5: [0.6, 0.6] }).after;
    expect(find(failed, "rate-unclear")?.failed).toEqual([2.5]);
  });
});
