import type { SearchedValue } from "@lorank/evidence/results";

export interface Tried {
  readonly rank: number;
  readonly value: number;
  /** Log loss in nats per selection example; undefined where the training diverged. */
  readonly logLosses: readonly number[] | undefined;
}

export function valuesOf(tried: readonly Tried[]): number[] {
  return [...new Set(tried.map(({ value }) => value))].sort((a, b) => a - b);
}

export function ranksOf(tried: readonly Tried[]): number[] {
  return [...new Set(tried.map(({ rank }) => rank))].sort((a, b) => a - b);
}

export function triedAt(tried: readonly Tried[], rank: number, value: number): Tried {
  return tried.find((one) => one.rank === rank && one.value === value)!;
}

export function lossOf({ logLosses }: Tried): number {
  return logLosses === undefined ? Number.POSITIVE_INFINITY : mean(logLosses);
}

/**
 * Mean log loss difference `a - b`, in nats, with the paired standard error. Both must have completed, on the same
 * examples.
 */
export function pairedDifference(a: Tried, b: Tried): { mean: number; standardError: number } {
  const differences = a.logLosses!.map((loss, i) => loss - b.logLosses![i]!);
  const centre = mean(differences);
  const squares = differences.reduce((sum, difference) => sum + (difference - centre) ** 2, 0);
  const n = differences.length;
  return { mean: centre, standardError: n > 1 ? Math.sqrt(squares / (n - 1) / n) : 0 };
}

export function searchedValues(tried: readonly Tried[]): SearchedValue[] {
  return valuesOf(tried).map((value) => ({
    value,
    losses: ranksOf(tried).map((rank) => {
      const logLoss = lossOf(triedAt(tried, rank, value));
      return { rank, ...(Number.isFinite(logLoss) ? { logLoss } : {}) };
    }),
  }));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
