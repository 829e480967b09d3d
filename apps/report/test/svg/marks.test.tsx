/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { expect, test } from "vitest";
import { IntervalBar, Line } from "../../src/svg/marks.tsx";
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
