// A sign counts where nothing stands before it that it could subtract from; a digit in a word, as in CO2, is no number.
const written =
  /(?:(?<![\p{L}\p{N}_)\]])([-+−]))?(?:\p{Sc}\s?)?(?<![\p{L}\p{N}_]|\d\.)(\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)(e[-+]?\d+)?/giu;

/** Finds the last number of a text, without its unit: `-1,234.5`, `$3`, `2e-5`, `37 %`; undefined where there is none. */
export function lastNumber(text: string): number | undefined {
  const found = [...text.matchAll(written)].at(-1);
  if (found === undefined) return undefined;
  const [, sign, digits = "", exponent = ""] = found;
  const size = Number(digits.replaceAll(",", "") + exponent);
  return sign === "-" || sign === "−" ? -size : size;
}

/** Tells if two numbers differ by at most `tolerance`. Rounding in the last bits does not count: 1.01 is within 0.01 of 1. */
export function areNear(a: number, b: number, tolerance: number): boolean {
  const rounding = 4 * Number.EPSILON * Math.max(Math.abs(a), Math.abs(b));
  return Math.abs(a - b) <= tolerance + rounding;
}
