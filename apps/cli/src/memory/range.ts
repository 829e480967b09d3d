import { formatBytes } from "@lorank/core";

/** `20.4–24.1 GiB`, or with both units where they differ; in GB by `formatDecimalBytes`. */
export function range(
  [lo, hi]: readonly [lo: number, hi: number],
  format: (bytes: number) => string = formatBytes,
): string {
  const [low, high] = [format(lo), format(hi)];
  const unit = high.slice(high.indexOf(" "));
  return `${low.endsWith(unit) ? low.slice(0, -unit.length) : low}–${high}`;
}
