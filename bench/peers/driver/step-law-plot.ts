/** One measured step. */
export interface LawRow {
  readonly model: string;
  readonly tokens: number;
  readonly seq: number;
  readonly rank: number;
  readonly multiplied: number;
  readonly layers: number;
  readonly hiddenSize: number;
  readonly trained: number;
  readonly seconds: number;
  /** Processor time of a step, all threads together: other work on the machine changes it less. */
  readonly cpuSeconds: number;
  readonly peakBytes: number;
  readonly predictedBytes: number;
}

type Point = readonly [x: number, y: number];

/** y = factor · x^exponent, by least squares of the logarithms; `least` and `most` are ratios of a point to that. */
export function powerLaw(points: readonly Point[]) {
  const logs = points.map(([x, y]): Point => [Math.log(x), Math.log(y)]);
  const mean = (of: (point: Point) => number) => logs.reduce((sum, p) => sum + of(p), 0) / logs.length;
  const [meanX, meanY] = [mean(([x]) => x), mean(([, y]) => y)];
  const exponent = mean(([x, y]) => (x - meanX) * (y - meanY)) / mean(([x]) => (x - meanX) * (x - meanX));
  const factor = Math.exp(meanY - exponent * meanX);
  const ratios = points.map(([x, y]) => y / (factor * x ** exponent));
  return { factor, exponent, least: Math.min(...ratios), most: Math.max(...ratios) };
}

const panel = { width: 380, height: 330, left: 62, top: 34, right: 16, bottom: 48 };

/** Both measurements on logarithmic axes: seconds against tokens × weights, measured against predicted memory. */
export function lawSvg(rows: readonly LawRow[], time: { factor: number; exponent: number }): string {
  const work = rows.map(
    ({ tokens, multiplied, cpuSeconds }): Point => [(tokens * multiplied) / 1e9, cpuSeconds],
  );
  const memory = rows.map(({ predictedBytes, peakBytes }): Point => [predictedBytes / 1e9, peakBytes / 1e9]);
  const atWork = (x: number) => time.factor * (x * 1e9) ** time.exponent;
  const titles = rows.map(
    ({ model, tokens, rank, seconds, peakBytes }) =>
      `${model}, ${tokens} tokens, rank ${rank}: ${seconds.toFixed(2)} s, ${(peakBytes / 1e6).toFixed(0)} MB`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="Time and memory of a QLoRA step" viewBox="0 0 ${2 * panel.width} ${panel.height}" width="${2 * panel.width}" height="${panel.height}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    chart(0, work, titles, atWork, ["Processor time of a step", "tokens × weights, in billions", "seconds"]),
    chart(panel.width, memory, titles, (x) => x, ["Memory", "predicted, GB", "measured, GB"]),
    "</svg>\n",
  ].join("\n");
}

function chart(
  shift: number,
  points: readonly Point[],
  titles: readonly string[],
  line: (x: number) => number,
  [title, xLabel, yLabel]: readonly [string, string, string],
): string {
  const ends = (values: readonly number[]) => [Math.min(...values) / 1.4, Math.max(...values) * 1.4] as const;
  const [x0, x1] = ends(points.map(([x]) => x));
  const [y0, y1] = ends(points.map(([, y]) => y));
  const { width, height, left, top, right, bottom } = panel;
  const [w, h] = [width - left - right, height - top - bottom];
  const px = (x: number) => round(shift + left + (w * Math.log(x / x0)) / Math.log(x1 / x0));
  const py = (y: number) => round(top + h - (h * Math.log(y / y0)) / Math.log(y1 / y0));
  const ticks = (from: number, to: number) =>
    [-2, -1, 0, 1, 2, 3, 4, 5]
      .flatMap((power) => [1, 3].map((digit) => Number((digit * 10 ** power).toPrecision(1))))
      .filter((value) => value >= from && value <= to);
  const xAxis = ticks(x0, x1).map(
    (x) =>
      `<path d="M${px(x)} ${top}V${top + h}" stroke="#ddd"/><text x="${px(x)}" y="${top + h + 17}" text-anchor="middle">${x.toLocaleString("en")}</text>`,
  );
  const yAxis = ticks(y0, y1).map(
    (y) =>
      `<path d="M${shift + left} ${py(y)}h${w}" stroke="#ddd"/><text x="${shift + left - 6}" y="${py(y) + 4}" text-anchor="end">${y}</text>`,
  );
  const dots = points.map(
    ([x, y], i) =>
      `<circle cx="${px(x)}" cy="${py(y)}" r="4" fill="#1f77b4"><title>${titles[i]}</title></circle>`,
  );
  return [
    `<text x="${shift + left}" y="20" font-weight="600">${title}</text>`,
    ...xAxis,
    ...yAxis,
    `<clipPath id="c${shift}"><rect x="${shift + left}" y="${top}" width="${w}" height="${h}"/></clipPath>`,
    `<path clip-path="url(#c${shift})" d="M${px(x0)} ${py(line(x0))}L${px(x1)} ${py(line(x1))}" stroke="#888" stroke-dasharray="4 3"/>`,
    ...dots,
    `<text x="${shift + left + w / 2}" y="${height - 10}" text-anchor="middle">${xLabel}</text>`,
    `<text transform="translate(${shift + 16} ${top + h / 2}) rotate(-90)" text-anchor="middle">${yLabel}</text>`,
  ].join("\n");
}

function round(value: number): number {
  return Math.round(10 * value) / 10;
}
