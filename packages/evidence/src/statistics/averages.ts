export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Median of all other values, for each of at least two. */
export function mediansOfOthers(values: readonly number[]): number[] {
  const order = [...values.keys()].sort((a, b) => values[a]! - values[b]!);
  const left = values.length - 1;
  const middle = left >> 1;
  const others: number[] = [];
  for (const [place, index] of order.entries()) {
    const at = (i: number): number => values[order[i < place ? i : i + 1]!]!;
    others[index] = left % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2;
  }
  return others;
}

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/** Sample variance, by n - 1; 0 for one value. */
export function variance(values: readonly number[]): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / Math.max(1, values.length - 1);
}

/** Unit of the last digit with which values are written, down to 1e-12. */
export function lastDigit(values: readonly number[]): number {
  let digits = 0;
  while (digits < 12 && values.some((value) => Math.abs(Number(value.toFixed(digits)) - value) > 1e-13))
    digits++;
  return 10 ** -digits;
}
