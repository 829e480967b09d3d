import { readFileSync } from "node:fs";
import {
  type Constants,
  constantNames,
  dependsOnConstants,
  errorWith,
  fitConstants,
  profileConstants,
} from "./fit.ts";
import { errorOf, estimateOf, type MeasuredRow, predictedBytes, readRows } from "./rows.ts";
import { readStaticRows, staticErrorOf } from "./static-rows.ts";

/** Errors in per cent, unsigned. */
export interface ErrorSummary {
  readonly rows: number;
  /** Per cent of the estimates that are below what was measured. */
  readonly below: number;
  readonly median: number;
  readonly p90: number;
  readonly max: number;
}

export interface AccuracyRow {
  readonly row: MeasuredRow;
  readonly predicted: number;
  readonly error: number;
  /** With constants fitted on the other sources; fully specified rows alone. */
  readonly leftOutError: number | undefined;
  /** Whether the device band holds the figure; rows that measured the device alone. */
  readonly inDeviceBand: boolean | undefined;
  /** Whether the bounds of the memory that it measured hold the figure; for allocated bytes, the reserved ones. */
  readonly inBounds: boolean;
  /**
   * The errors before the last change of the model, in sample and left out, and the first error of a row that was found
   * behind the model of its day: data/errors-before.json.
   */
  readonly before: readonly [error: number, leftOutError: number | null, whenFound?: number];
}

export interface Accuracy {
  readonly rows: readonly AccuracyRow[];
  readonly constants: { readonly used: Constants; readonly fitted: Constants };
  readonly leftOutConstants: ReadonlyMap<string, Constants>;
  readonly staticErrors: ReadonlyMap<string, number>;
}

const deviceMetrics: readonly string[] = ["nvidia-smi?", "GB-rounded"];

const before = JSON.parse(
  readFileSync(new URL("../../data/errors-before.json", import.meta.url), "utf8"),
) as Readonly<Record<string, AccuracyRow["before"]>>;

/** Errors of the profiles as they are, and of constants fitted without the source that they are tried on. */
export function accuracy(): Accuracy {
  const rows = readRows();
  const full = rows.filter(({ spec }) => spec === "full");
  const fitted = fitConstants(full);
  const sources = [...new Set(full.filter(dependsOnConstants).map(({ source }) => source))];
  const leftOutConstants = new Map(
    sources.map((source) => [source, fitConstants(full.filter((row) => row.source !== source))]),
  );
  return {
    rows: rows.map((row) => {
      const estimate = estimateOf(row);
      const isDevice = deviceMetrics.includes(row.metric);
      const [lo, hi] = isDevice ? estimate.deviceBytes : estimate.reservedBytes;
      const constants = row.spec === "full" ? (leftOutConstants.get(row.source) ?? fitted) : undefined;
      // A figure that was rounded to whole GB is known to half of one.
      const slack = row.metric === "GB-rounded" ? 0.5e9 : 0;
      // The lower bound of reserved bytes is the estimate of allocated ones, which has no bounds of its own.
      const lowest = isDevice || row.metric === "reserved-max" ? lo : 0;
      const inBounds = row.bytes - slack <= hi && row.bytes + slack >= lowest;
      return {
        row,
        predicted: predictedBytes(row, estimate),
        error: errorOf(row),
        leftOutError: constants && errorWith(row, constants),
        inDeviceBand: isDevice ? inBounds : undefined,
        inBounds,
        before: before[row.id]!,
      };
    }),
    constants: { used: profileConstants(), fitted },
    leftOutConstants,
    staticErrors: new Map(readStaticRows().map((row) => [row.id, staticErrorOf(row)])),
  };
}

export function summary(errors: readonly number[]): ErrorSummary {
  const sorted = errors.map(Math.abs).sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  const below = (100 * errors.filter((error) => error < 0).length) / errors.length;
  return { rows: sorted.length, below, median: at(0.5), p90: at(0.9), max: sorted.at(-1)! };
}

/** By source of the fully specified rows, and of all of them together under `all`. */
export function summaryBySource(
  rows: readonly AccuracyRow[],
  errorOfRow: (row: AccuracyRow) => number | undefined,
): Readonly<Record<string, ErrorSummary>> {
  const errors = (source?: string): number[] =>
    rows
      .filter(({ row }) => row.spec === "full" && (source === undefined || row.source === source))
      .flatMap((row) => errorOfRow(row) ?? []);
  const sources = [...new Set(rows.filter(({ row }) => row.spec === "full").map(({ row }) => row.source))];
  return {
    ...Object.fromEntries(sources.map((source) => [source, summary(errors(source))])),
    all: summary(errors()),
  };
}

export { constantNames };
