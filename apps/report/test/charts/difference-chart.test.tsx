/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { Decision, RankSummary } from "@lorank/evidence/results";
import { describe, expect, test } from "vitest";
import { DifferenceChart, isAdequate } from "../../src/charts/difference-chart.tsx";
import { shownMetric } from "../../src/metric.ts";
import { adequate, causalLm, oneSeed } from "../fixtures/scenes.ts";
import { html, numbersOf } from "./render.ts";

const rank = (rank: number, difference: number, shortfallBound: number): RankSummary => ({
  rank,
  seeds: 4,
  accuracy: 0.9,
  interval: [0.88, 0.92],
  differenceToBest: difference,
  differenceInterval: [difference - 0.01, difference + 0.01],
  shortfallBound,
});
const decision: Decision = {
  verdict: "adequate",
  rank: 8,
  bestRank: 16,
  metric: "accuracy",
  margin: 0.01,
  confidence: 0.95,
  seeds: 4,
  examples: 1000,
  ranks: [
    rank(4, -0.03, 0.036),
    rank(8, -0.002, 0.01),
    { ...rank(16, 0, -0.001), differenceInterval: [0, 0] },
  ],
  explanation: "",
};

/** Horizontal positions of the triangles' points. */
const bounds = (text: string) =>
  [...text.matchAll(/<path class="(bound[^"]*)" d="M([-\d.]+)/g)].map((m) => ({
    class: m[1],
    x: Number(m[2]) + 5,
  }));

describe("DifferenceChart", () => {
  const text = html(<DifferenceChart decision={decision} metric={shownMetric("accuracy", adequate())} />);
  const [zone] = numbersOf(text, "rect", "zone", "x");
  test("a bound equal to the margin stands on the zone's edge and counts as adequate", () => {
    expect(bounds(text)[1]?.x).toBeCloseTo(zone!, 0);
    expect(bounds(text)[1]?.class).toBe("bound inside");
  });
  test("a bound beyond the margin stands outside the zone", () => {
    expect(bounds(text)[0]?.x).toBeLessThan(zone!);
    expect(bounds(text)[0]?.class).toBe("bound");
  });
  test("a rank that leads all others for certain has its bound at 0", () => {
    // the diamond of the best rank stands at 0: "M<x> <y>l7 7"
    const zero = Number(/<path class="best" d="M([\d.]+)/.exec(text)?.[1]);
    expect(bounds(text)[2]?.x).toBeCloseTo(zero, 0);
  });
  test("for log loss, where more is worse, the zone lies left of the margin", () => {
    const results = causalLm();
    const worse: Decision = { ...results.decision, metric: "log-loss", margin: 0.02 };
    const chart = html(<DifferenceChart decision={worse} metric={shownMetric("log-loss", results)} />);
    expect(numbersOf(chart, "rect", "zone", "x")).toEqual([8]);
    expect(chart).toContain("← better");
    expect(chart).toContain("worse →");
  });
  test("without a certified bound there is no triangle", () => {
    const results = oneSeed();
    const chart = html(
      <DifferenceChart decision={results.decision} metric={shownMetric("accuracy", results)} />,
    );
    expect(bounds(chart)).toEqual([]);
  });
});

test("a rank without a bound is never adequate", () => {
  const { shortfallBound: _, ...unbounded } = decision.ranks[1]!;
  expect(isAdequate(decision.ranks[1]!, decision)).toBe(true);
  expect(isAdequate(unbounded, decision)).toBe(false);
});
