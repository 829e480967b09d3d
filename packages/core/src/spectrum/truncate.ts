import { InputError } from "../errors.ts";
import { assertRank } from "../model/rank.ts";
import { type Columns, timesTransposed, zeroColumns } from "./columns.ts";
import { type FactorMatrix, factorQr, type LoraFactors } from "./factors.ts";
import { jacobiSvd } from "./jacobi.ts";
import { type Spectrum, summaryOf } from "./spectrum.ts";

/** The best update of a lower rank, and its distance from the whole one. */
export interface TruncatedLora extends LoraFactors {
  /** 1: the true scale is in B and A, so alpha is the rank. */
  readonly scaling: 1;
  /** ‖ΔW − ΔW_k‖_F = √Σ_{i>k} σ² */
  readonly error: number;
  /** The error as a share of ‖ΔW‖_F; 0 for a zero update. */
  readonly relativeError: number;
  /** Spectrum of the whole update. */
  readonly spectrum: Spectrum;
}

/**
 * Computes the update of rank `rank` that is nearest to scaling · B · A in the Frobenius norm (and the spectral norm).
 * `B' = Q_b U_k √Σ_k` `[out, k]` and `A' = √Σ_k V_kᵀ Q_aᵀ` `[k, in]`. Q_b and Q_a are from QR of B and of Aᵀ, the
 * others from the SVD of the rank × rank core. Rows beyond the update's own rank are zero.
 *
 * Source: Eckart & Young, The approximation of one matrix by another of lower rank, Psychometrika 1 (1936).
 *
 * @throws InputError E_RANK when `rank` is not a positive integer up to the factors' own, E_FACTORS when they are
 * broken.
 */
export function truncateLora(factors: LoraFactors, rank: number): TruncatedLora {
  assertRank(rank);
  const own = factors.loraA.shape[0];
  if (rank > own)
    throw new InputError("E_RANK", `rank must be at most the factors' own, ${own}, got ${rank}`);
  const { a, b } = factorQr(factors);
  const { u, sigma, v } = jacobiSvd(timesTransposed(b.r, a.r));
  const spectrum = summaryOf(sigma.map((value) => value * Math.abs(factors.scaling)));

  const count = Math.min(rank, sigma.length);
  const roots = Array.from(spectrum.singularValues.subarray(0, count), Math.sqrt);
  const scaled = (columns: Columns, sign: number): Float64Array[] =>
    roots.map((root, j) => columns[j]!.map((value) => value * root * sign));
  const bColumns = b.timesQ(scaled(u, Math.sign(factors.scaling)));
  const aRows = a.timesQ(scaled(v, 1));

  const dropped = summaryOf(spectrum.singularValues.slice(count)).frobeniusNorm;
  return {
    loraA: matrixOfRows(padded(aRows, rank, factors.loraA.shape[1])),
    loraB: matrixOfColumns(padded(bColumns, rank, factors.loraB.shape[0])),
    scaling: 1,
    error: dropped,
    relativeError: dropped === 0 ? 0 : dropped / spectrum.frobeniusNorm,
    spectrum,
  };
}

function padded(columns: Float64Array[], count: number, length: number): Float64Array[] {
  return [...columns, ...zeroColumns(count - columns.length, length)];
}

function matrixOfRows(rows: Columns): FactorMatrix {
  const columns = rows[0]!.length;
  const data = new Float32Array(rows.length * columns);
  for (const [i, row] of rows.entries()) data.set(row, i * columns);
  return { shape: [rows.length, columns], data };
}

function matrixOfColumns(columns: Columns): FactorMatrix {
  const rows = columns[0]!.length;
  const data = new Float32Array(rows * columns.length);
  for (const [j, column] of columns.entries()) {
    for (let i = 0; i < rows; i++) data[i * columns.length + j] = column[i]!;
  }
  return { shape: [rows, columns.length], data };
}
