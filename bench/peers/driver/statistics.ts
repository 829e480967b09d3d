/** The middle value; of an even number, the mean of the two in the middle. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

export interface Ratio {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** a[i] / b[i] of each round i: what slowed the machine in a round slowed both. */
export function pairRatio(a: readonly number[], b: readonly number[]): Ratio {
  if (a.length !== b.length)
    throw new Error(`sides must have as many rounds, got ${a.length} and ${b.length}`);
  const ratios = a.map((value, i) => value / b[i]!);
  return { median: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) };
}
