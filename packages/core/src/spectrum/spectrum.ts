import { InputError } from "../errors.ts";
import { assertRank } from "../model/lora.ts";
import { type FactorMatrix, factorQr, type LoraFactors } from "./factors.ts";
import { type Columns, jacobiSvd, timesTransposed, zeroColumns } from "./jacobi.ts";

/** Singular values of a layer's update, with common summaries. All are 0 for a zero update. */
export interface Spectrum {
  /** σ of ΔW, descending, `[min(rank, in, out)]`: no others can differ from 0. */
  readonly singularValues: Float64Array;
  /** Frobenius norm ‖ΔW‖_F = √Σσ². */
  readonly frobeniusNorm: number;
  /** ‖ΔW‖_F² / σ₁²: from 1 up to the rank. */
  readonly stableRank: number;
  /**
   * Entropy-based effective rank exp(−Σ p log p) with p = σ/Σσ. Source: Roy & Vetterli, The effective rank, EUSIPCO
   * 2007
   */
  readonly effectiveRank: number;
  /** Smallest k with Σ_{i≤k} σ² at or above 90, 95 and 99 % of Σσ². Only an evaluation can choose a rank. */
  readonly rankAtEnergy: Readonly<Record<"90" | "95" | "99", number>>;
}

/**
 * Spectrum of ΔW = scaling · B · A without forming it, in float64 and (in + out) · rank² steps. Takes QR of B and of
 * Aᵀ, then singular values of the rank × rank core R_b R_aᵀ.
 *
 * @throws InputError E_FACTORS when shapes do not fit or a number is not finite.
 */
export function spectrumOf(factors: LoraFactors): Spectrum {
  const { a, b } = factorQr(factors);
  const { sigma } = jacobiSvd(timesTransposed(b.r, a.r));
  return summaryOf(sigma.map((value) => value * Math.abs(factors.scaling)));
}

export function summaryOf(singularValues: Float64Array): Spectrum {
  const first = singularValues[0] ?? 0;
  const at = (share: number): number => rankAtEnergy(singularValues, share);
  const energy = { rankAtEnergy: { "90": at(0.9), "95": at(0.95), "99": at(0.99) } };
  if (first === 0) return { singularValues, frobeniusNorm: 0, stableRank: 0, effectiveRank: 0, ...energy };
  let [squares, sum] = [0, 0]; // relative to the first, so that nothing overflows
  for (const value of singularValues) {
    squares += (value / first) ** 2;
    sum += value / first;
  }
  let entropy = 0;
  for (const value of singularValues) {
    const share = value / first / sum;
    if (share > 0) entropy -= share * Math.log(share);
  }
  return {
    singularValues,
    frobeniusNorm: first * Math.sqrt(squares),
    stableRank: squares,
    effectiveRank: Math.exp(entropy),
    ...energy,
  };
}

/** Smallest k with Σ_{i≤k} σ² ≥ share · Σσ²; 0 for a zero update. */
export function rankAtEnergy(singularValues: Float64Array, share: number): number {
  const first = singularValues[0] ?? 0;
  if (first === 0) return 0;
  let total = 0;
  for (const value of singularValues) total += (value / first) ** 2;
  let energy = 0;
  for (let k = 1; k <= singularValues.length; k++) {
    energy += (singularValues[k - 1]! / first) ** 2;
    if (energy >= share * total) return k;
  }
  return singularValues.length;
}

export interface TruncatedLora extends LoraFactors {
  /** Scaling, always 1: the scale is in B and A, so alpha is the rank. */
  readonly scaling: 1;
  /** ‖ΔW − ΔW_k‖_F = √Σ_{i>k} σ² */
  readonly error: number;
  /** Error as a share of ‖ΔW‖_F; 0 for a zero update. */
  readonly relativeError: number;
  readonly spectrum: Spectrum;
}

/**
 * Nearest update with rank `rank` to scaling · B · A, in the Frobenius and spectral norms. `B' = Q_b U_k √Σ_k` is
 * `[out, k]`. `A' = √Σ_k V_kᵀ Q_aᵀ` is `[k, in]`. Uses QR of B and Aᵀ and the core's SVD. Rows beyond the update's own
 * rank are zero. Source: Eckart & Young, The approximation of one matrix by another of lower rank, Psychometrika 1
 * (1936).
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
