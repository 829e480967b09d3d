/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { describe, expect, test } from "vitest";
import { ProbeChart } from "../../src/charts/probe-chart.tsx";
import { shownMetric } from "../../src/metric.ts";
import { probed, refutedProbe } from "../fixtures/scenes.ts";
import { html, numbersOf } from "./render.ts";

const draw = (results: ReturnType<typeof probed>) =>
  html(
    <ProbeChart
      decision={results.decision}
      probe={results.decision.probe!}
      metric={shownMetric("accuracy", results)}
    />,
  );
/** Height of the dot of each mark of a kind, from the left. */
const heights = (text: string, kind: string) =>
  [...text.matchAll(new RegExp(`<g class="interval ${kind}">.*?cy="([\\d.]+)"`, "g"))].map((m) =>
    Number(m[1]),
  );

describe("ProbeChart", () => {
  const text = draw(probed());
  test("every predicted rank has an open mark, every trained one a filled mark, the recommended in its own colour", () => {
    expect(heights(text, "open").length).toBe(6);
    expect(heights(text, "chosen").length).toBe(1);
    const refuted = draw(refutedProbe());
    expect([heights(refuted, "open").length, heights(refuted, "plain").length]).toEqual([5, 1]);
  });
  test("what is better stands higher, and the largest rank stands at 0", () => {
    const marks = heights(text, "open");
    const { predictions } = probed().decision.probe!;
    const byHeight = [...marks.keys()].sort((a, b) => marks[b]! - marks[a]!);
    const byAdvantage = [...marks.keys()].sort(
      (a, b) => predictions[a]!.advantage - predictions[b]!.advantage,
    );
    expect(byHeight.slice(0, 2)).toEqual(byAdvantage.slice(0, 2));
    const zero = numbersOf(text, "line", "axis", "y1")[0]!;
    expect(marks.at(-1)).toBeCloseTo(zero, 0);
  });
  test("the zone ends at the margin, below 0 by as much as the scale has it", () => {
    const limit = numbersOf(text, "line", "limit", "y1")[0]!;
    const top = numbersOf(text, "rect", "zone", "y")[0]!;
    expect(top + numbersOf(text, "rect", "zone", "height")[0]!).toBeCloseTo(limit, 0);
    expect(limit).toBeGreaterThan(numbersOf(text, "line", "axis", "y1")[0]!);
  });
  test("says predictions and real runs in words", () => {
    const { interval, advantage } = probed().decision.probe!.confirmations[0]!;
    const points = (x: number) => (100 * x).toFixed(1).replace("-", "−");
    expect(text).toContain(
      'aria-label="Advantage over rank 64 in points, margin 1 point: rank 2 predicted −11.6,',
    );
    expect(text).toContain(
      `rank 8 in real runs ${points(advantage!)}, interval ${points(interval![0])} to +${points(interval![1])}.`,
    );
  });
  test("a confirmation whose runs failed has no mark", () => {
    const results = probed();
    const probe = {
      ...results.decision.probe!,
      confirmations: [{ rank: 8, seeds: 0, share: 0.9, outcome: "failed" as const }],
    };
    const failed = draw({ ...results, decision: { ...results.decision, probe } });
    expect(heights(failed, "chosen")).toEqual([]);
    expect(failed).toContain("the runs of rank 8 failed");
  });
});
