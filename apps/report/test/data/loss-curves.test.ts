import { rankRows } from "@lorank/evidence/results";
import { describe, expect, test } from "vitest";
import {
  bucketMeans,
  type CurvePoint,
  lossCurves,
  meanCurve,
  movingAverage,
  smoothingWindow,
} from "../../src/data/loss-curves.ts";
import { large, withFailures } from "../fixtures/scenes.ts";

const curve = (losses: readonly number[]): CurvePoint[] => losses.map((loss, index) => [index + 1, loss]);
const losses = (points: readonly CurvePoint[]) => points.map(([, loss]) => loss);

describe("movingAverage", () => {
  test("is centred: it leaves a straight line alone except where the end cuts the window", () => {
    const smooth = losses(movingAverage(curve([1, 2, 3, 4, 5, 6, 7]), 3));
    expect(smooth.slice(0, -1)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(smooth.at(-1)).toBe(6.5); // mean of 6 and 7
  });
  test("does not pull the first, steep point down", () => {
    expect(losses(movingAverage(curve([10, 1, 1, 1, 1]), 5))[0]).toBe(10);
  });
  test("with a window of 1 changes nothing", () => {
    expect(movingAverage(curve([3, 1, 2]), 1)).toEqual(curve([3, 1, 2]));
  });
});

describe("smoothingWindow", () => {
  test.each([
    [5, 1],
    [20, 3],
    [300, 31],
    [1000, 101],
  ])("%i steps are averaged over %i, an odd number", (steps, window) => {
    expect(smoothingWindow(steps)).toBe(window);
  });
});

describe("bucketMeans", () => {
  test("keeps the mean of the whole curve when the buckets are even", () => {
    expect(bucketMeans(curve([1, 3, 5, 7]), 2)).toEqual([
      [1.5, 2],
      [3.5, 6],
    ]);
  });
  test("keeps a shorter last bucket", () => {
    expect(bucketMeans(curve([1, 3, 8]), 2).at(-1)).toEqual([3, 8]);
  });
});

describe("lossCurves", () => {
  test("draws at most 90 points a run", () => {
    const curves = lossCurves(rankRows(large()));
    const lengths = curves.ranks.flatMap((rank) => [
      rank.mean.length,
      ...rank.seeds.map((seed) => seed.points.length),
    ]);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(90);
    expect([curves.steps, curves.bucket, curves.window]).toEqual([1000, 12, 101]);
  });
  test("leaves diverged runs out of the mean but draws them", () => {
    const rank32 = lossCurves(rankRows(withFailures())).ranks.at(-1);
    expect(rank32?.seeds.length).toBe(5);
    expect(rank32?.seeds.filter((seed) => seed.divergedAtStep !== undefined).length).toBe(2);
    expect(Math.max(...losses(rank32?.mean ?? []))).toBeLessThan(2); // the diverged ones reach far above
  });
  test("averages only steps that every run has", () => {
    const [a, b] = withFailures().trials;
    const shorter = { ...b!, lossCurve: b!.lossCurve.slice(0, 100) };
    expect(meanCurve([a!, shorter]).length).toBe(100);
    expect(meanCurve([a!, shorter])[0]?.[1]).toBeCloseTo(
      (a!.lossCurve[0]!.loss + b!.lossCurve[0]!.loss) / 2,
      12,
    );
  });
});
