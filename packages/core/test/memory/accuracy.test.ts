import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { accuracyCsv, accuracyPage } from "../../scripts/accuracy/page.ts";
import {
  type Accuracy,
  accuracy,
  type ErrorSummary,
  summary,
  summaryBySource,
} from "../../scripts/accuracy/report.ts";
import { estimateOf } from "../../scripts/accuracy/rows.ts";
import { measuredModule } from "../../scripts/accuracy/rows-module.ts";

type Recorded = Readonly<Record<"inSample" | "leftOut", Readonly<Record<string, ErrorSummary>>>>;
const file = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
const recorded = JSON.parse(file("../../data/accuracy.json")) as Recorded;

describe("estimates against published measurements", () => {
  let results: Accuracy;
  beforeAll(() => {
    results = accuracy();
  });

  test("keep their errors in sample, by source", () => {
    const now = summaryBySource(results.rows, ({ error }) => error);
    for (const [source, { median, p90, max }] of Object.entries(recorded.inSample)) {
      expect(now[source]!.median, `${source}, median`).toBeLessThan(median + 0.01);
      expect(now[source]!.p90, `${source}, 90 %`).toBeLessThan(p90 + 0.01);
      expect(now[source]!.max, `${source}, max`).toBeLessThan(max + 0.01);
    }
  });

  test("keep their errors on the source that the constants were not fitted on", () => {
    const now = summaryBySource(results.rows, ({ leftOutError }) => leftOutError);
    for (const [source, { median, p90, max }] of Object.entries(recorded.leftOut)) {
      expect(now[source]!.median, `${source}, median`).toBeLessThan(median + 0.05);
      expect(now[source]!.p90, `${source}, 90 %`).toBeLessThan(p90 + 0.05);
      expect(now[source]!.max, `${source}, max`).toBeLessThan(max + 0.05);
    }
  });

  test("are within 2 % in the median, 5 % for nine of ten and 10 % at most, in sample", () => {
    const { all } = summaryBySource(results.rows, ({ error }) => error);
    expect(all!.rows).toBe(310);
    expect(all!.median).toBeLessThanOrEqual(2);
    expect(all!.p90).toBeLessThanOrEqual(5);
    expect(all!.max).toBeLessThanOrEqual(10);
  });

  test("state static bytes within half a per cent", () => {
    expect(results.staticErrors.size).toBeGreaterThanOrEqual(3);
    for (const [id, error] of results.staticErrors) expect(Math.abs(error), id).toBeLessThanOrEqual(0.5);
  });

  test("give a device band that holds nine of ten measurements of the device", () => {
    const device = results.rows.filter(({ inDeviceBand }) => inDeviceBand !== undefined);
    const inside = device.filter(({ inDeviceBand }) => inDeviceBand);
    expect(device.length).toBe(57);
    expect(inside.length / device.length).toBeGreaterThanOrEqual(0.9);
  });

  test.each([16, 24, 40, 48, 80])(
    "never say that a run fits a card of %i GB that it did not fit",
    (gigabytes) => {
      const card = gigabytes * 2 ** 30;
      for (const { row } of results.rows) {
        const fits = estimateOf(row).deviceBytes[1] <= card;
        if (fits) expect(row.bytes, row.id).toBeLessThanOrEqual(card);
      }
    },
  );

  test("are those that the package says of each profile, and that an estimate is shown beside", () => {
    expect(measuredModule(results)).toBe(file("../../src/memory/measured-rows.ts"));
  });

  test("say in how many rows the estimate is below the measurement", () => {
    const { all } = summaryBySource(results.rows, ({ error }) => error);
    const full = results.rows.filter(({ row }) => row.spec === "full");
    const low = full.filter(({ predicted, row }) => predicted < row.bytes);
    expect(all!.below).toBeCloseTo((100 * low.length) / full.length, 10);
    expect(summary([-3, 1, 0, -0.5, 2]).below).toBe(40);
  });

  test("are those of docs/checked/memory-accuracy.md and data/memory-errors.csv", () => {
    expect(accuracyPage(results)).toBe(file("../../../../docs/checked/memory-accuracy.md"));
    expect(accuracyCsv(results)).toBe(file("../../data/memory-errors.csv"));
  });
});
