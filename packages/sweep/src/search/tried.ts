import type { SearchedValue } from "@lorank/evidence/schema";

/** Training at a rank with a value of a searched setting, and its values by selection example. */
export interface Tried<Value extends number | string = number> {
  readonly rank: number;
  readonly value: Value;
  /** Log loss in nats per selection example; undefined where the training diverged. */
  readonly logLosses: readonly number[] | undefined;
}

export function valuesOf(tried: readonly Tried[]): number[] {
  return [...new Set(tried.map(({ value }) => value))].sort((a, b) => a - b);
}

export function ranksOf(tried: readonly Pick<Tried, "rank">[]): number[] {
  return [...new Set(tried.map(({ rank }) => rank))].sort((a, b) => a - b);
}

export function triedAt<One extends Tried<number | string>>(
  tried: readonly One[],
  rank: number,
  value: One["value"],
): One {
  return tried.find((one) => one.rank === rank && one.value === value)!;
}

export function lossOf({ logLosses }: Pick<Tried, "logLosses">): number {
  return logLosses === undefined ? Number.POSITIVE_INFINITY : mean(logLosses);
}

/** Mean and its standard error. */
export interface Estimate {
  readonly mean: number;
  readonly standardError: number;
}

/**
 * Mean log loss difference `a - b`, in nats, with the paired standard error. Both must have completed, on the same
 * examples.
 */
export function pairedDifference(a: Pick<Tried, "logLosses">, b: Pick<Tried, "logLosses">): Estimate {
  return meanDifference(a.logLosses!, b.logLosses!);
}

/** Mean difference `a - b` over paired values, with its standard error; that of a single pair is 0. */
export function meanDifference(a: readonly number[], b: readonly number[]): Estimate {
  const differences = a.map((value, i) => value - b[i]!);
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
