/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { rankRows } from "@lorank/evidence/results";
import { expect, test } from "vitest";
import { PointsChart } from "../../src/charts/points-chart.tsx";
import { shownCompared } from "../../src/compared.ts";
import { pointCurves } from "../../src/data/point-curves.ts";
import { decisionMetric } from "../../src/metric.ts";
import { withPoints } from "../fixtures/points.ts";
import { withFailures } from "../fixtures/scenes.ts";
import { html } from "./render.ts";

const results = withPoints(withFailures());
const metric = decisionMetric(results);

test("a panel has its runs, their mean with a dot at each step, the other means, and the chosen step", () => {
  const curves = pointCurves(rankRows(results), results.decision.points, metric);
  const [rank] = curves.ranks;
  const text = html(
    <PointsChart curves={curves} rank={rank!} compared={shownCompared({})} metric={metric} step={200} />,
  );
  expect(text.match(/class="faint"/g)?.length).toBe(rank!.runs.length);
  expect(text.match(/class="mean/g)?.length).toBe(1);
  expect(text.match(/class="behind"/g)?.length).toBe(curves.ranks.length - 1);
  expect(text.match(/<circle/g)?.length).toBe(3);
  expect(text).toContain("chosen step: 200");
});

test("means without a decision are over the runs of a rank, and the axis ends where the metric does", () => {
  const { ranks, range, steps } = pointCurves(rankRows(results), undefined, metric);
  const { mean, runs } = ranks.at(-1)!;
  const at200 = runs.map(({ points }) => points.find(([step]) => step === 200)![1]);
  expect(mean[1]).toEqual([200, at200.reduce((sum, score) => sum + score, 0) / at200.length]);
  expect(steps).toBe(300);
  expect(range[1]).toBeLessThanOrEqual(1);
});

test("runs are not drawn one by one where they are many", () => {
  const [row] = rankRows(results);
  const many = Array.from({ length: 40 }, (_, i) => ({ ...row!, rank: i + 1 }));
  const { ranks } = pointCurves(many, undefined, metric);
  expect(ranks.length).toBe(40);
  expect(ranks.every(({ runs }) => runs.length === 0)).toBe(true);
});
