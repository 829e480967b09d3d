import { formatBytes } from "@lorank/core";

/** `20.4–24.1 GiB`, or with both units where they differ. */
export function range([lo, hi]: readonly [lo: number, hi: number]): string {
  const [low, high] = [formatBytes(lo), formatBytes(hi)];
  const unit = high.slice(high.indexOf(" "));
  return `${low.endsWith(unit) ? low.slice(0, -unit.length) : low}–${high}`;
}
