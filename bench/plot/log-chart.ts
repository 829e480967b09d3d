import type { Point } from "./laws.ts";

/** Points of one thing measured, and the line that belongs to them. */
export interface Series {
  readonly points: readonly Point[];
  /** One for each point, shown when the pointer rests on it. */
  readonly titles: readonly string[];
  readonly line: (x: number) => number;
  /** Name in the legend. Without one there is no legend. */
  readonly name?: string;
}

export interface Chart {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly Series[];
}

const panel = { width: 380, height: 330, left: 62, top: 34, right: 16, bottom: 48 };
const colours = ["#1f77b4", "#d62728", "#2ca02c", "#9467bd"];

/** Charts with logarithmic axes, two side by side, as one SVG image. */
export function logCharts(label: string, charts: readonly Chart[]): string {
  const [width, height] = [2 * panel.width, Math.ceil(charts.length / 2) * panel.height];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${label}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    ...charts.map((chart, i) => drawn(chart, i)),
    "</svg>\n",
  ].join("\n");
}

function drawn({ title, xLabel, yLabel, series }: Chart, index: number): string {
  const points = series.flatMap((one) => one.points);
  const ends = (values: readonly number[]) => [Math.min(...values) / 1.4, Math.max(...values) * 1.4] as const;
  const [x0, x1] = ends(points.map(([x]) => x));
  const [y0, highest] = ends(points.map(([, y]) => y));
  const y1 = highest * (1 + (series.length - 1) / 4); // room for the legend
  const { width, height, left, top, right, bottom } = panel;
  const [w, h] = [width - left - right, height - top - bottom];
  const px = (x: number) => round(left + (w * Math.log(x / x0)) / Math.log(x1 / x0));
  const py = (y: number) => round(top + h - (h * Math.log(y / y0)) / Math.log(y1 / y0));
  const xAxis = ticks(x0, x1).map(
    (x) =>
      `<path d="M${px(x)} ${top}V${top + h}" stroke="#ddd"/><text x="${px(x)}" y="${top + h + 17}" text-anchor="middle">${x.toLocaleString("en")}</text>`,
  );
  const yAxis = ticks(y0, y1).map(
    (y) =>
      `<path d="M${left} ${py(y)}h${w}" stroke="#ddd"/><text x="${left - 6}" y="${py(y) + 4}" text-anchor="end">${y.toLocaleString("en")}</text>`,
  );
  const steps = Array.from({ length: 25 }, (_, i) => x0 * (x1 / x0) ** (i / 24));
  const colour = (i: number) => colours[i % colours.length]!;
  const lines = series.map(
    ({ line }, i) =>
      `<path clip-path="url(#c${index})" d="M${steps.map((x) => `${px(x)} ${py(line(x))}`).join("L")}" fill="none" stroke="${series.length === 1 ? "#888" : colour(i)}" stroke-dasharray="4 3"/>`,
  );
  const dots = series.flatMap((one, i) =>
    one.points.map(
      ([x, y], at) =>
        `<circle cx="${px(x)}" cy="${py(y)}" r="4" fill="${colour(i)}"><title>${one.titles[at]}</title></circle>`,
    ),
  );
  const legend = series.map(({ name }, i) =>
    name === undefined
      ? ""
      : `<circle cx="${left + 12}" cy="${top + 13 + 16 * i}" r="4" fill="${colour(i)}"/><text x="${left + 21}" y="${top + 17 + 16 * i}">${name}</text>`,
  );
  return [
    `<g transform="translate(${(index % 2) * width} ${Math.floor(index / 2) * height})">`,
    `<text x="${left}" y="20" font-weight="600">${title}</text>`,
    ...xAxis,
    ...yAxis,
    `<clipPath id="c${index}"><rect x="${left}" y="${top}" width="${w}" height="${h}"/></clipPath>`,
    ...lines,
    ...dots,
    ...legend,
    `<text x="${left + w / 2}" y="${height - 10}" text-anchor="middle">${xLabel}</text>`,
    `<text transform="translate(16 ${top + h / 2}) rotate(-90)" text-anchor="middle">${yLabel}</text>`,
    "</g>",
  ].join("\n");
}

/** Round values between two: 1 and 3 times powers of ten; where these are fewer than three, 1, 2 and 5 times them. */
function ticks(from: number, to: number): number[] {
  const times = (digits: readonly number[]) =>
    [-3, -2, -1, 0, 1, 2, 3, 4, 5, 6]
      .flatMap((power) => digits.map((digit) => Number((digit * 10 ** power).toPrecision(1))))
      .filter((value) => value >= from && value <= to);
  const few = times([1, 3]);
  return few.length < 3 ? times([1, 2, 5]) : few;
}

function round(value: number): number {
  return Math.round(10 * value) / 10;
}
