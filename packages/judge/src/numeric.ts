/** A number in a text, as it stands there. */
interface WrittenNumber {
  readonly value: number;
  readonly isPercent: boolean;
}

// A sign counts where nothing stands before it that it could subtract from; a digit in a word, as in CO2, is no number.
const written =
  /(?:(?<![\p{L}\p{N}_)\]])([-+−]))?(?:\p{Sc}\s?)?(?<![\p{L}\p{N}_]|\d\.)(\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)(e[-+]?\d+)?(\s?%)?/giu;

/** Finds the last number of a text: `-1,234.5`, `$3`, `2e-5`, `37 %`; undefined where there is none. */
export function lastNumber(text: string): WrittenNumber | undefined {
  const found = [...text.matchAll(written)].at(-1);
  if (found === undefined) return undefined;
  const [, sign, digits = "", exponent = "", percent] = found;
  const size = Number(digits.replaceAll(",", "") + exponent);
  return { value: sign === "-" || sign === "−" ? -size : size, isPercent: percent !== undefined };
}

/**
 * Tells if two numbers differ by at most `tolerance`. Where one alone has a percent sign it may be meant either way: 37% is
 * 0.37 and 37.
 */
export function areNear(one: WrittenNumber, other: WrittenNumber, tolerance: number): boolean {
  if (isNear(one.value, other.value, tolerance)) return true;
  if (one.isPercent === other.isPercent) return false;
  const [a, b] = [one, other].map(({ value, isPercent }) => (isPercent ? value / 100 : value));
  return isNear(a!, b!, tolerance);
}

/** Rounding in the last bits does not count: 1.01 is within 0.01 of 1. */
function isNear(a: number, b: number, tolerance: number): boolean {
  const rounding = 4 * Number.EPSILON * Math.max(Math.abs(a), Math.abs(b));
  return Math.abs(a - b) <= tolerance + rounding;
}
