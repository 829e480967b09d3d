/** An SVG coordinate: one decimal is a tenth of a pixel, and keeps a report of 200 trials small. */
export function px(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Smallest and largest of finite values, widened by `share` of their distance on both sides. */
export function paddedExtent(values: readonly number[], share: number): [lo: number, hi: number] {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [0, 1];
  let lo = finite[0] ?? 0;
  let hi = lo;
  for (const value of finite) {
    lo = Math.min(lo, value);
    hi = Math.max(hi, value);
  }
  const pad = hi > lo ? (hi - lo) * share : Math.max(Math.abs(hi) * 0.05, 1e-3);
  return [lo - pad, hi + pad];
}

/** The value below which `share` of the values lie; 0 of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** Arithmetic mean; NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
