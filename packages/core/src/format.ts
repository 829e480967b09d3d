import { InputError } from "./errors.ts";

const binaryUnits = ["B", "KiB", "MiB", "GiB", "TiB"];
const decimalUnits = ["B", "kB", "MB", "GB", "TB"];
const countUnits = ["", "k", "M", "B", "T"];

/** Bytes in powers of 1024, to three figures: `140 MiB`, `1.50 GiB`; whole bytes below 1 KiB. */
export function formatBytes(bytes: number): string {
  return scaled(bytes, 1024, binaryUnits, "bytes");
}

/** Bytes in powers of 1000, to three figures: `4.19 MB`. */
export function formatDecimalBytes(bytes: number): string {
  return scaled(bytes, 1000, decimalUnits, "bytes");
}

/** Range of bytes such as `20.4–24.1 GiB`, with both units if they differ; `formatDecimalBytes` gives GB. */
export function formatByteRange(
  [lo, hi]: readonly [lo: number, hi: number],
  format: (bytes: number) => string = formatBytes,
): string {
  const [low, high] = [format(lo), format(hi)];
  const unit = high.slice(high.indexOf(" "));
  return `${low.endsWith(unit) ? low.slice(0, -unit.length) : low}–${high}`;
}

/** Count to three figures: `950`, `1.05 M`, `3.21 B` (billions). */
export function formatCount(count: number): string {
  return scaled(count, 1000, countUnits, "count").trimEnd();
}

function scaled(amount: number, base: number, units: readonly string[], field: string): string {
  if (!Number.isFinite(amount))
    throw new InputError("E_FORMAT", `${field} must be a finite number, got ${amount}`);
  const sign = amount < 0 ? "-" : "";
  let value = Math.abs(amount);
  let unit = 0;
  while (Math.round(value) >= base && unit < units.length - 1) {
    value /= base;
    unit += 1;
  }
  const figures = unit === 0 ? String(value) : threeFigures(value);
  return `${sign}${figures} ${units[unit]}`;
}

/** Three significant figures or whole units: `1.05`, `10.5`, `105`, `1023`. */
function threeFigures(value: number): string {
  for (const digits of [2, 1]) {
    const text = value.toFixed(digits);
    if (text.length <= 4) return text;
  }
  return value.toFixed(0);
}
