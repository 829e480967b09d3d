import type { Range } from "./spectra.ts";

/** Three significant digits, without an exponent where it can be read without one. */
export function figure(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 100_000 || size < 0.001) return value.toExponential(2);
  if (size >= 100) return value.toFixed(0);
  return String(Number(value.toPrecision(3)));
}

/** `8`, or `1.2–3.4` where they differ. */
export function rangeText([least, most]: Range, text: (value: number) => string = figure): string {
  const [from, to] = [text(least), text(most)];
  return from === to ? from : `${from}–${to}`;
}

/** `12.3 %`; tiny shares do not look like none. */
export function percent(share: number): string {
  if (share === 0) return "0 %";
  if (share < 0.0005) return "<0.1 %";
  return `${(100 * share).toFixed(1)} %`;
}
