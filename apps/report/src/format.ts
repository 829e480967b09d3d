export { percent } from "@lorank/evidence/results";

/** Dash for a missing number, such as a diverged run's accuracy. */
export const NONE = "–";

const MINUS = "\u2212";
const NARROW = "\u202f"; // no-break thin space before a unit
const SPACE = "\u00a0"; // no-break space within an amount

/** Formats a number with thousands separators: `1,234,567`. */
export function integer(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Formats with fixed decimals and a real minus sign; `-0.0` becomes `0.0`. */
export function fixed(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? MINUS + text : text;
}

/** Formats a difference: {@link fixed}, with a plus sign if positive. */
export function signed(value: number, decimals: number): string {
  const text = fixed(value, decimals);
  return text.startsWith(MINUS) || Number(text) === 0 ? text : `+${text}`;
}

/** Formats with three significant digits, without an exponent between 0.001 and 1e6. */
export function significant(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e6)
    return Number(value.toPrecision(3)).toExponential().replace("e+", "e").replaceAll("-", MINUS);
  if (size >= 100) return value < 0 ? MINUS + integer(size) : integer(size);
  const decimals = 2 - Math.floor(Math.log10(size));
  return fixed(value, decimals)
    .replace(/(\.\d*?)0+$/, "$1")
    .replace(/\.$/, "");
}

/** Decimal units (1 MB = 1,000,000 bytes), three significant digits: `4.19 MB`. */
export function bytes(value: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let scaled = value;
  let unit = 0;
  while (scaled >= 999.5 && unit < units.length - 1) {
    scaled /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? integer(scaled) : threeDigits(scaled)}${NARROW}${units[unit]}`;
}

/** Counts for a chart: `1,234`, `12.3 k`, `4.19 M`, `1.24 B`. */
export function count(value: number): string {
  if (value < 10_000) return integer(value);
  if (value < 999_500) return `${threeDigits(value / 1e3)}${NARROW}k`;
  if (value < 999.5e6) return `${threeDigits(value / 1e6)}${NARROW}M`;
  return `${threeDigits(value / 1e9)}${NARROW}B`;
}

/** Seconds up to two minutes, then minutes and seconds, then hours and minutes. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)}${NARROW}s`;
  if (seconds < 119.5) return `${seconds.toFixed(0)}${NARROW}s`;
  const whole = Math.round(seconds);
  if (whole < 7200) return `${Math.floor(whole / 60)}${NARROW}min${SPACE}${whole % 60}${NARROW}s`;
  return `${integer(Math.floor(whole / 3600))}${NARROW}h${SPACE}${Math.floor((whole % 3600) / 60)}${NARROW}min`;
}

/** Formats a size ratio: `7.6×`, `8×`, `120×`. */
export function times(ratio: number): string {
  const rounded = ratio >= 9.95 ? ratio.toFixed(0) : ratio.toFixed(1).replace(/\.0$/, "");
  return `${rounded}×`;
}

/** Decimals that show a tenth of the margin: 1 for 1 point, 2 for 0.5 points. */
export function decimalsFor(margin: number): number {
  if (!(margin > 0)) return 1;
  return Math.min(4, Math.max(1, Math.ceil(-Math.log10(margin) - 1e-9) + 1));
}

function threeDigits(value: number): string {
  if (value >= 99.95) return value.toFixed(0);
  return value.toFixed(value >= 9.995 ? 1 : 2);
}

/** Time to the minute: `2026-11-24T18:18:05.123Z` as `2026-11-24 18:18 UTC`; other text as it is. */
export function minuteOf(time: string): string {
  return time.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):[\d.]+Z$/, "$1 $2 UTC");
}

export function shortHash(sha256: string): string {
  return `SHA-256 ${sha256.slice(0, 16)}…`;
}
