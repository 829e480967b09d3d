import { InputError } from "@lorank/core";

export interface OrderedClasses {
  /** Names in order; the last of two is the positive class. */
  readonly names: readonly string[];
  /** Place of a class in that order, by its number in the table. */
  readonly placeOf: (number: number) => number;
}

/**
 * Classes in order, numbers by size; a named positive class is the last.
 *
 * @param all names by number in the table.
 * @throws InputError `E_OUTCOMES` for a positive class that the table lacks.
 */
export function orderedClasses(
  all: readonly string[],
  positive: string | undefined,
  source: string,
): OrderedClasses {
  if (positive !== undefined && !all.includes(positive)) {
    const rule = `must be a class of ${source}, one of ${all.slice(0, 12).join(", ")}`;
    throw new InputError("E_OUTCOMES", `the positive class ${rule}, got ${positive}`);
  }
  const names = all.toSorted((a, b) => Number(a === positive) - Number(b === positive) || inOrder(a, b));
  const places = all.map((name) => names.indexOf(name));
  return { names, placeOf: (number) => places[number]! };
}

/** Order of classes: numbers by size, before others by characters. */
function inOrder(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)];
  const [isX, isY] = [Number.isFinite(x), Number.isFinite(y)];
  if (isX && isY) return x - y;
  if (isX !== isY) return isX ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
