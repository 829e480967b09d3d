import { InputError } from "../errors.ts";
import { assertOptions } from "../options.ts";
import { type Columns, dot, zeroColumns } from "./jacobi.ts";

export interface FactorMatrix {
  readonly shape: readonly [rows: number, columns: number];
  readonly data: Float32Array;
}

/** Layer update ΔW = scaling · B · A `[out, in]`. */
export interface LoraFactors {
  /** LoRA's A, `[rank, in]`. */
  readonly loraA: FactorMatrix;
  /** LoRA's B, `[out, rank]`. */
  readonly loraB: FactorMatrix;
  readonly scaling: number;
}

/** QR factors. @throws InputError E_FACTORS listing faults in shapes and values. */
export function factorQr(factors: LoraFactors): { a: QrFactors; b: QrFactors } {
  assertOptions(factors, "the factors", { loraA: true, loraB: true, scaling: true });
  const { loraA, loraB, scaling } = factors;
  const problems: string[] = [];
  for (const [name, { shape, data }] of [
    ["loraA", loraA],
    ["loraB", loraB],
  ] as const) {
    if (shape[0] * shape[1] !== data.length || data.length === 0)
      problems.push(
        `${name} must have ${shape[0]} x ${shape[1]} elements and at least one, got ${data.length}`,
      );
    const bad = data.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) problems.push(`${name} must hold finite numbers, got ${data[bad]} at element ${bad}`);
  }
  if (loraB.shape[1] !== loraA.shape[0])
    problems.push(`loraB must have shape [out, ${loraA.shape[0]}], got [${loraB.shape}]`);
  if (!Number.isFinite(scaling)) problems.push(`scaling must be a finite number, got ${scaling}`);
  if (problems.length > 0) throw new InputError("E_FACTORS", problems.join("\n"));
  return { a: householderQr(rowsAsColumns(loraA)), b: householderQr(columnsOf(loraB)) };
}

function rowsAsColumns({ shape: [rows, columns], data }: FactorMatrix): Float64Array[] {
  return Array.from({ length: rows }, (_, i) =>
    Float64Array.from(data.subarray(i * columns, (i + 1) * columns)),
  );
}

function columnsOf({ shape: [rows, columns], data }: FactorMatrix): Float64Array[] {
  const result = zeroColumns(columns, rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result[j]![i] = data[i * columns + j]!;
  }
  return result;
}

/** X = QR, with Q as the reflections that make it up. */
interface QrFactors {
  /** Upper triangular (trapezoidal when X is wide), `[min(m, n), n]`, as n columns. */
  readonly r: Columns;
  /** Q times each vector in `columns` `[min(m, n)]`: `[m]`. */
  timesQ(columns: Columns): Float64Array[];
}

/**
 * QR decomposition of X `[m, n]`, passed as columns, which are overwritten. Source: Householder triangularisation,
 * Golub & Van Loan, Matrix Computations, algorithm 5.2.1
 */
export function householderQr(x: Float64Array[]): QrFactors {
  const m = x[0]?.length ?? 0;
  const p = Math.min(m, x.length);
  const r = zeroColumns(x.length, p);
  for (let k = 0; k < p; k++) {
    const diagonal = reflectOnto(x[k]!, k); // leaves the reflection's unit vector in the column
    for (let j = k + 1; j < x.length; j++) reflect(x[j]!, x[k]!, k);
    for (let i = 0; i < k; i++) r[k]![i] = x[k]![i]!;
    r[k]![k] = diagonal;
  }
  for (let k = p; k < x.length; k++) r[k]!.set(x[k]!.subarray(0, p));
  return {
    r,
    timesQ: (columns) =>
      columns.map((column) => {
        const product = new Float64Array(m);
        product.set(column);
        for (let k = p - 1; k >= 0; k--) reflect(product, x[k]!, k);
        return product;
      }),
  };
}

/**
 * Finds the unit vector v `[k…]` whose reflection I − 2vvᵀ maps `column` from k on to a multiple of its first element.
 * Stores v there and returns the multiple. v is zero if the column is.
 */
function reflectOnto(column: Float64Array, k: number): number {
  const norm = Math.sqrt(dot(column, column, k));
  if (norm === 0) return 0;
  const first = column[k]!;
  const diagonal = first > 0 ? -norm : norm; // sign that avoids cancellation
  column[k] = first - diagonal;
  const length = Math.sqrt(dot(column, column, k));
  for (let i = k; i < column.length; i++) column[i]! /= length;
  return diagonal;
}

function reflect(column: Float64Array, unit: Float64Array, k: number): void {
  const twice = 2 * dot(column, unit, k);
  if (twice === 0) return;
  for (let i = k; i < column.length; i++) column[i]! -= twice * unit[i]!;
}
