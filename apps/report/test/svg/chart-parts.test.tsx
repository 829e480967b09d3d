/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { describe, expect, test } from "vitest";
import { IntervalBar, Line, paddedExtent, px, quantile, rankScale } from "../../src/svg/chart-parts.tsx";
import { html } from "../charts/render.ts";

test("a line needs two points: one point draws nothing, not an empty path", () => {
  expect(html(<Line class="mean" points={[{ x: 1, y: 2 }]} />)).toBe("");
  expect(
    html(
      <Line
        class="mean"
        points={[
          { x: 1, y: 2 },
          { x: 3.0789, y: 4 },
        ]}
      />,
    ),
  ).toContain('d="M1,2L3.1,4"');
});

test("an interval lies along x or stands along y, its mean on the bar", () => {
  const bar = { lo: 10, mid: 20, hi: 40, across: 7, class: "plain", title: "t" };
  expect(html(<IntervalBar direction="lying" {...bar} />)).toContain(
    '<line x1="10" x2="40" y1="7" y2="7"></line>',
  );
  expect(html(<IntervalBar direction="lying" {...bar} />)).toContain('<circle cx="20" cy="7"');
  expect(html(<IntervalBar direction="upright" {...bar} />)).toContain(
    '<line x1="7" x2="7" y1="10" y2="40"></line>',
  );
  expect(html(<IntervalBar direction="upright" {...bar} />)).toContain('<circle cx="7" cy="20"');
});

test("a title from the data is text", () => {
  const text = html(
    <Line
      class="pair"
      title="<b>"
      points={[
        { x: 0, y: 0 },
        { x: 1, y: 1 },
      ]}
    />,
  );
  expect(text).toContain("<title>&lt;b></title>");
});

describe("rankScale", () => {
  test("a doubling is the same distance everywhere", () => {
    const { x, gap } = rankScale([2, 4, 8, 32], 0, 400);
    expect([x(2), x(4), x(8), x(32)]).toEqual([0, 100, 200, 400]);
    expect(gap).toBe(100);
  });
  test("rank 0, which has no logarithm, stands one doubling left of the smallest", () => {
    const { x } = rankScale([0, 4, 8], 0, 200);
    expect([x(0), x(4), x(8)]).toEqual([0, 100, 200]);
  });
  test("a single rank stands in the middle, also when it is 0", () => {
    expect(rankScale([16], 0, 100).x(16)).toBe(50);
    expect(rankScale([0], 0, 100).x(0)).toBe(50);
  });
  test("labels that would touch are left out, the largest rank's never", () => {
    const ranks = Array.from({ length: 16 }, (_, index) => index + 1);
    const { labelled, x } = rankScale(ranks, 0, 400);
    expect(labelled).toContain(16);
    const gaps = labelled.slice(1).map((rank, index) => x(rank) - x(labelled[index]!));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(26);
  });
});

describe("paddedExtent", () => {
  test("widens by a share of the distance and ignores what is not finite", () => {
    expect(paddedExtent([2, Number.NaN, 4, Number.POSITIVE_INFINITY], 0.1)).toEqual([1.8, 4.2]);
  });
  test("of equal values is not empty, or a scale would divide by zero", () => {
    for (const value of [0, 0.94]) {
      const [lo, hi] = paddedExtent([value, value], 0.1);
      expect(lo).toBeLessThan(value);
      expect(hi).toBeGreaterThan(value);
    }
    expect(paddedExtent([-2], 0.5)).toEqual([-2.1, -1.9]);
  });
  test("of nothing is the unit interval", () => {
    expect(paddedExtent([], 0.1)).toEqual([0, 1]);
  });
});

test("a coordinate keeps one decimal", () => {
  expect([px(1.26), px(1), px(-0.04)]).toEqual([1.3, 1, -0]);
});

test("a quantile is a value of the data", () => {
  expect(quantile([5, 1, 4, 2, 3], 0.5)).toBe(3);
  expect(quantile([1, 2], 1)).toBe(2);
  expect(quantile([], 0.5)).toBe(0);
});
