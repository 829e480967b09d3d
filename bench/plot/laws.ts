export type Point = readonly [x: number, y: number];

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

/** y = fixed + factor · x^exponent. */
export interface OffsetLaw {
  readonly fixed: number;
  readonly factor: number;
  readonly exponent: number;
}

/**
 * The law y = fixed + factor · x^exponent through three points whose x double each time: the exponent is the binary
 * logarithm of the ratio of the two differences. Undefined where y does not rise from point to point.
 */
export function lawOfThree([a, b, c]: readonly [Point, Point, Point]): OffsetLaw | undefined {
  if (b[0] !== 2 * a[0] || c[0] !== 2 * b[0])
    throw new Error(`x must double from point to point, got ${a[0]}, ${b[0]}, ${c[0]}`);
  const [first, second] = [b[1] - a[1], c[1] - b[1]];
  if (first <= 0 || second <= 0) return undefined;
  const exponent = Math.log2(second / first);
  const factor = exponent === 0 ? 0 : first / (b[0] ** exponent - a[0] ** exponent);
  return { fixed: a[1] - factor * a[0] ** exponent, factor, exponent };
}
