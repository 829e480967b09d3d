/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { decideResults } from "@lorank/evidence";
import { type RankRow, rankRows } from "@lorank/evidence/results";
import { describe, expect, test } from "vitest";
import { QualityChart } from "../../src/charts/quality-chart.tsx";
import { type RunValue, runValues } from "../../src/data/run-values.ts";
import { type ShownMetric, shownMetric } from "../../src/metric.ts";
import { causalLm, extend, probed, withFailures } from "../fixtures/scenes.ts";
import { html } from "./render.ts";

const results = extend();
const rows = rankRows(results);
const chart = (
  rows: readonly RankRow[],
  metric: ShownMetric,
  more: { majorityShare?: number; runs?: readonly RunValue[] } = {},
) => html(<QualityChart rows={rows} runs={runValues(rows, metric)} metric={metric} {...more} />);
const dots = (text: string) =>
  [...text.matchAll(/<circle cx="([^"]+)" cy="([^"]+)" r="3"><title>rank (\d+), seed (\d+)/g)].map(
    (match) => ({
      x: Number(match[1]),
      y: Number(match[2]),
      rank: Number(match[3]),
      seed: Number(match[4]),
    }),
  );

describe("QualityChart", () => {
  const accuracy = chart(rows, shownMetric("accuracy", results), { majorityShare: 0.679 });
  test("shows every run as a dot, higher where accuracy is higher", () => {
    const points = dots(accuracy);
    expect(points.length).toBe(results.trials.length);
    const bySeed0 = points.filter((point) => point.seed === 0).map((point) => point.y);
    const trueOrder = results.trials
      .filter((t) => t.spec.seed === 0)
      .map((t) => -(t.evaluation?.accuracy ?? 0));
    expect(
      bySeed0
        .map((y, i) => [y, i])
        .sort((a, b) => a[0]! - b[0]!)
        .map(([, i]) => i),
    ).toEqual(
      trueOrder
        .map((y, i) => [y, i])
        .sort((a, b) => a[0]! - b[0]!)
        .map(([, i]) => i),
    );
  });
  test("sets doublings of the rank at equal distances", () => {
    const xs = [...new Set(dots(accuracy).map((point) => point.x))];
    const gaps = xs.slice(1).map((x, index) => x - xs[index]!);
    expect(gaps.length).toBe(3);
    for (const gap of gaps) expect(gap).toBeCloseTo(gaps[0]!, 0);
  });
  test("joins the runs of a seed by one line", () => {
    expect(accuracy.match(/class="pair"/g)?.length).toBe(5);
  });
  test("draws the most frequent class as a line only where it is near the data", () => {
    expect(accuracy).not.toContain('class="majority"');
    const near = chart(rows, shownMetric("accuracy", results), { majorityShare: 0.8 });
    expect(near).toContain('class="majority"');
  });
  test("says means and intervals in words", () => {
    const { accuracy: mean, interval } = results.decision.ranks[0]!;
    const percent = (x: number) => (x * 100).toFixed(1);
    expect(accuracy).toContain(
      `aria-label="Accuracy by rank: rank 2 ${percent(mean!)}%, interval ${percent(interval![0])}–${percent(interval![1])}%;`,
    );
  });
  test("draws no mean of a metric that the decision lacks", () => {
    const without = rows.map((row) => {
      const { logLoss: _, logLossInterval: __, ...summary } = row.summary!;
      return { ...row, summary };
    });
    const text = chart(without, shownMetric("log-loss", results));
    expect(text).not.toContain("interval ");
    expect(dots(text).length).toBe(results.trials.length);
  });
  test("sets an open diamond where a rank that was not trained is predicted, and none elsewhere", () => {
    const results = probed();
    const metric = shownMetric("accuracy", results);
    const text = chart(rankRows(results), metric);
    const heights = [...text.matchAll(/class="prediction" d="M[\d.]+ ([\d.]+)l/g)].map((match) =>
      Number(match[1]),
    );
    const untrained = results.decision.probe!.predictions.filter(({ rank }) => ![4, 8, 64].includes(rank));
    expect(heights.length).toBe(3);
    // rank 2 is predicted worst: it stands lowest
    expect(Math.max(...heights)).toBe(heights[0]);
    expect(text).toContain(`rank 2 not trained, predicted ${metric.value(untrained[0]!.accuracy)};`);
    expect(accuracy).not.toContain('class="prediction"');
  });
  test("sets the dot of a single seed as high as its mean, whatever a file of before says of all tokens together", () => {
    const scene = causalLm();
    const ofOne = scene.trials.filter(({ spec }) => spec.seed === 0);
    const trials = ofOne.map((trial) => ({
      ...trial,
      evaluation: { ...trial.evaluation!, accuracy: trial.evaluation!.accuracy + 0.012 },
    }));
    const sweep = { ...scene.sweep, seeds: [0] };
    const decision = decideResults({ ...scene, sweep, trials }, { metric: "accuracy" });
    const one = { ...scene, sweep, trials, decision };
    const text = chart(rankRows(one), shownMetric("accuracy", one));
    const means = [...text.matchAll(/<circle cx="[^"]+" cy="([^"]+)" r="5"/g)].map(([, y]) => Number(y));
    expect(means).toHaveLength(4);
    expect(dots(text).map(({ y }) => y)).toEqual(means);
  });
  test("leaves diverged runs out", () => {
    const failed = withFailures();
    const text = chart(rankRows(failed), shownMetric("accuracy", failed));
    expect(dots(text).filter((point) => point.rank === 32).length).toBe(3);
    expect(text).not.toContain("NaN");
  });
  test("shows runs of unknown seeds as dots that no line joins", () => {
    const metric = shownMetric("accuracy", results);
    const runs = runValues(rows, metric).map(({ seed: _, ...run }) => run);
    const text = chart(rows, metric, { runs });
    expect(text.match(/r="3"><title>rank \d+: \d/g)).toHaveLength(results.trials.length);
    expect(text).not.toContain('class="pair"');
  });
});
