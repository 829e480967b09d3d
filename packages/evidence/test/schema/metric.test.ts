import { describe, expect, test } from "vitest";
import { allMetrics, figure, largestDifference, marginBy, metricOf } from "../../src/schema/metric.ts";
import { resultsSchema } from "../../src/schema/parse-results.ts";

describe.each(allMetrics)("the row of $name", (metric) => {
  test("stands under its own name, which results may have", () => {
    expect(metricOf(metric.name)).toBe(metric);
    expect(resultsSchema.definitions!.MetricName!.enum).toContain(metric.name);
  });
  test("has a default margin that is allowed", () => {
    expect(metric.defaultMargin).toBeGreaterThan(0);
    expect(metric.defaultMargin).toBeLessThan(metric.range[1]);
  });
});

test("an example can show a difference of the whole range, and any in log loss", () => {
  expect(allMetrics.map(largestDifference)).toEqual([1, 0, 1, 1, 2, 1, 1, 0]);
});

test("the margin of the other metric is its default", () => {
  const chosen = { metric: "log-loss", margin: 0.05 } as const;
  expect(allMetrics.map((metric) => marginBy(metric, chosen))).toEqual([
    0.01,
    0.05,
    ...Array.from({ length: 5 }, () => 0.01),
    0.02,
  ]);
});

test("values are shown in percent, nats or as they are", () => {
  expect(allMetrics.map((metric) => figure(0.18349, metric))).toEqual([
    "18.3",
    ...Array.from({ length: 5 }, () => "0.183"),
    "18.3",
    "0.183",
  ]);
});
