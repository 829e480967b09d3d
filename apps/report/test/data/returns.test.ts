import type { Decision, ReturnStep } from "@lorank/core/results";
import { describe, expect, test } from "vitest";
import {
  gainPerSecond,
  hasPaid,
  rateInWords,
  returnsInWords,
  selectionInWords,
} from "../../src/data/returns.ts";
import { adequate, causalLm, empty, extend, indistinguishable, oneSeed } from "../fixtures/scenes.ts";

const step = (from: number, to: number, gain: number, half = 0.01): ReturnStep => ({
  from,
  to,
  gain,
  interval: [gain - half, gain + half],
});
const withReturns = (returns: Decision["returns"]) => {
  const results = adequate();
  return { ...results, decision: { ...results.decision, ...(returns ? { returns } : {}) } };
};

describe("returnsInWords", () => {
  test("names the last doubling that paid with its gain and interval", () => {
    const steps = [step(2, 4, 0.026), step(4, 8, 0.022), step(8, 16, 0.001)];
    const returns = { curve: "rising-until", rank: 8, interval: steps[1]!.interval, steps } as const;
    expect(returnsInWords(withReturns(returns))).toBe(
      "The last doubling that paid leads from rank 4 to rank 8: a gain of +2.2 [+1.2 to +3.2] points.",
    );
  });
  test("a step of more than a doubling is called a step, and the last one tried leaves the question open", () => {
    const steps = [step(2, 16, 0.03)];
    const returns = { curve: "rising-until", rank: 16, interval: steps[0]!.interval, steps } as const;
    expect(returnsInWords(withReturns(returns))).toBe(
      "The last step that paid leads from rank 2 to rank 16: a gain of +3.0 [+2.0 to +4.0] points. It is the last one tried, so the next may pay too.",
    );
  });
  test("a flat curve is called flat, between the ranks that were compared", () => {
    expect(returnsInWords(indistinguishable())).toBe(
      "Flat: no step to a larger rank between 2 and 32 has a gain that is supported at 95% confidence.",
    );
  });
  test("a flat curve under an inconclusive verdict is not called flat without a condition", () => {
    const results = indistinguishable();
    const decision = { ...results.decision, verdict: "inconclusive", rank: null } as const;
    expect(returnsInWords({ ...results, decision })).toMatch(/^Flat as far as these runs can tell: no step/);
  });
  test("says nothing where nothing can be claimed", () => {
    expect(returnsInWords(oneSeed())).toBeUndefined();
    expect(returnsInWords(empty())).toBeUndefined();
  });
  test("is in nats where log loss decides", () => {
    expect(causalLm().decision.returns?.curve).toBe("rising-until");
    expect(returnsInWords(causalLm())).toMatch(/a gain of \+0\.\d{3} \[\+0\.\d{3} to \+0\.\d{3}\] nats/);
  });
});

test("a gain has paid when its whole interval lies above 0", () => {
  expect(hasPaid(step(2, 4, 0.011))).toBe(true);
  expect(hasPaid(step(2, 4, 0.01))).toBe(false);
});

describe("gainPerSecond", () => {
  const results = (seconds: (rank: number) => number) => ({
    ...extend(),
    trials: extend().trials.map((trial) => ({
      ...trial,
      measured: {
        ...trial.measured,
        seconds: { ...trial.measured.seconds, total: seconds(trial.spec.lora.rank) },
      },
    })),
  });
  test("divides by what a run of the larger rank takes longer", () => {
    expect(
      gainPerSecond(
        results((rank) => (rank === 2 ? 40 : 50)),
        step(2, 4, 0.02),
      ),
    ).toBeCloseTo(0.002, 12);
  });
  test("divides by nothing that may be noise: less than a tenth more, or no more at all", () => {
    expect(
      gainPerSecond(
        results((rank) => (rank === 2 ? 40 : 43)),
        step(2, 4, 0.02),
      ),
    ).toBeUndefined();
    expect(
      gainPerSecond(
        results(() => 40),
        step(2, 4, 0.02),
      ),
    ).toBeUndefined();
    expect(
      gainPerSecond(
        results(() => 40),
        step(2, 128, 0.02),
      ),
    ).toBeUndefined();
  });
  test("takes the decision's own figure where it has one", () => {
    expect(gainPerSecond(extend(), { ...step(2, 4, 0.02), perSecond: 0.5 })).toBe(0.5);
  });
});

test("a rate has its sign, and is in points where the metric is accuracy", () => {
  expect([rateInWords(0.0123, true), rateInWords(0.0123, false), rateInWords(-0.002, true)]).toEqual([
    "+1.23",
    "+0.0123",
    "−0.2",
  ]);
  expect(rateInWords(0, true)).toBe("0");
});

describe("selectionInWords", () => {
  test("says by how much the best of so many equal ranks is flattered", () => {
    const results = adequate();
    const decision: Decision = {
      ...results.decision,
      bestRank: 16,
      selection: { ranks: 5, expectedInflation: 0.00213 },
    };
    expect(selectionInWords({ ...results, decision })).toBe(
      "If these 5 ranks were truly equal, the best of them would still look 0.213 points better than it is, for having been chosen by the same examples. Up to about so much may flatter rank 16; a score on examples that had no part in the choice is free of it.",
    );
  });
  test("says nothing where nothing was chosen", () => {
    expect(selectionInWords(empty())).toBeUndefined();
  });
});
