import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fittedModule } from "../../scripts/time/fitted-module.ts";
import { stepTimeCsv, stepTimePage } from "../../scripts/time/page.ts";
import { factorOf, timeAccuracy } from "../../scripts/time/report.ts";
import { cardSpeeds } from "../../src/time/cards.ts";
import { LARGEST_MEASURED_RANK } from "../../src/time/rank-time.ts";

const file = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
const results = timeAccuracy();

test("the constants, the rows' errors and the page are those of the rows", () => {
  expect(fittedModule(results)).toBe(file("../../src/time/fitted.ts"));
  expect(stepTimeCsv(results)).toBe(file("../../data/step-errors.csv"));
  expect(stepTimePage(results)).toBe(file("../../../../docs/checked/step-time.md"));
});

test("the overview of checks has the page's figures", () => {
  const worst = Math.max(...results.results.map(({ leftOutRatio }) => factorOf(leftOutRatio)));
  const [low, high] = results.spread.map((each) => each.toFixed(2));
  expect(file("../../../../docs/checked/README.md")).toContain(
    `a factor of ${worst.toFixed(2)} at most on ${results.results.length} published steps of LoRA, with constants from other sources; 8 of 10 within ${low} to ${high} times`,
  );
});

test("no row is off by a factor of 1.7, with constants of the other sources", () => {
  expect(results.results.length).toBe(155);
  for (const { row, leftOutRatio } of results.results)
    expect(factorOf(leftOutRatio), row.id).toBeLessThan(1.7);
});

test("sources are off by a fifth at most in their medians, left out", () => {
  for (const source of new Set(results.results.map(({ row }) => row.source))) {
    const own = results.results.filter(({ row }) => row.source === source);
    const sorted = own.map(({ leftOutRatio }) => leftOutRatio).sort((a, b) => a - b);
    expect(factorOf(sorted[Math.floor(sorted.length / 2)]!), source).toBeLessThan(1.2);
  }
});

test("64 is the largest rank of a row", () => {
  expect(Math.max(...results.results.map(({ row }) => row.rank))).toBe(LARGEST_MEASURED_RANK);
});

test("a speed is there for cards with a row, and for no other", () => {
  const measured = new Set(results.results.map(({ row }) => row.card));
  expect([...measured].sort()).toEqual(Object.keys(cardSpeeds).sort());
});
