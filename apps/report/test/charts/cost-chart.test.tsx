/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { expect, test } from "vitest";
import { CostChart } from "../../src/charts/cost-chart.tsx";
import { shownCompared } from "../../src/compared.ts";
import { html, numbersOf } from "./render.ts";

const bar = (rank: number, value: number | undefined) => ({ rank, isRecommended: rank === 8, value });

test("bars start at zero: twice the value is twice the width", () => {
  const text = html(
    <CostChart
      compared={shownCompared({})}
      title="Size"
      write={String}
      bars={[bar(4, 50), bar(8, 100), bar(16, 200)]}
    />,
  );
  const [half, full] = numbersOf(text, "rect", "bar", "width");
  expect(half! * 4).toBeCloseTo(full!, 5);
  expect(numbersOf(text, "rect", "bar chosen", "width")[0]).toBeCloseTo(full! / 2, 5);
});

test("a rank and its amount stand at the middle of their bar", () => {
  const text = html(
    <CostChart compared={shownCompared({})} title="Size" write={String} bars={[bar(4, 50), bar(16, 200)]} />,
  );
  const [tops, heights, words] = [
    numbersOf(text, "rect", "bar", "y"),
    numbersOf(text, "rect", "bar", "height"),
    numbersOf(text, "text", "tick", "y"),
  ];
  const middles = tops.map((top, i) => top + heights[i]! / 2);
  expect(words).toEqual(middles.flatMap((middle) => [middle, middle]));
});

test("an unknown value is a dash without a bar, and nothing divides by zero", () => {
  const text = html(
    <CostChart
      compared={shownCompared({})}
      title="Time"
      write={String}
      bars={[bar(4, undefined), bar(8, 0)]}
    />,
  );
  expect(text).toContain('aria-label="Time by rank: rank 4 –; rank 8 0."');
  expect(text).not.toContain("NaN");
});
