import type { TimeConstants } from "../../src/time/law.ts";
import { fitTime } from "./fit.ts";
import { type RowPair, ratioOf, readPairs, readStepRows, type StepRow } from "./rows.ts";

export interface StepResult {
  readonly row: StepRow;
  /** Predicted seconds / measured seconds, with constants fitted on all rows. */
  readonly ratio: number;
  /** That ratio with constants fitted on the other sources. */
  readonly leftOutRatio: number;
}

export interface TimeAccuracy {
  readonly results: readonly StepResult[];
  readonly pairs: readonly RowPair[];
  readonly constants: TimeConstants;
  readonly leftOutConstants: ReadonlyMap<string, TimeConstants>;
  /** Factors on a prediction between which 8 of 10 measured times lie, left out, each source with equal weight. */
  readonly spread: readonly [low: number, high: number];
}

export function timeAccuracy(): TimeAccuracy {
  const rows = readStepRows();
  const pairs = readPairs();
  const constants = rounded(fitTime(rows, ofRank(pairs)));
  const sources = [...new Set([...rows, ...pairs].map(({ source }) => source))];
  const leftOutConstants = new Map(
    sources.map((source) => {
      const isOther = (each: { readonly source: string }): boolean => each.source !== source;
      return [source, fitTime(rows.filter(isOther), ofRank(pairs).filter(isOther))];
    }),
  );
  const results = rows.map((row) => ({
    row,
    ratio: ratioOf(row, constants),
    leftOutRatio: ratioOf(row, leftOutConstants.get(row.source)!),
  }));
  const factors = results.map(({ row, leftOutRatio }) => ({
    value: 1 / leftOutRatio,
    weight: 1 / rows.filter(({ source }) => source === row.source).length,
  }));
  return { results, pairs, constants, leftOutConstants, spread: [at(factors, 0.1), at(factors, 0.9)] };
}

const ofRank = (pairs: readonly RowPair[]): RowPair[] =>
  pairs.filter(({ first, second }) => first.rank !== second.rank && first.targets === second.targets);

/** Constants as the package ships them. */
function rounded(constants: TimeConstants): TimeConstants {
  const entries = Object.entries(constants).map(([name, value]) => [name, Number(value.toPrecision(3))]);
  return Object.fromEntries(entries) as TimeConstants;
}

function at(values: readonly { readonly value: number; readonly weight: number }[], share: number): number {
  const sorted = [...values].sort((a, b) => a.value - b.value);
  let left = share * sorted.reduce((sum, { weight }) => sum + weight, 0);
  for (const { value, weight } of sorted) {
    left -= weight;
    if (left <= 0) return value;
  }
  return sorted.at(-1)!.value;
}

/** Factor between two times, at least 1. */
export const factorOf = (ratio: number): number => Math.max(ratio, 1 / ratio);
