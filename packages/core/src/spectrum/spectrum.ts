import { InputError } from "../errors.ts";
import { timesTransposed } from "./columns.ts";
import { factorQr, type LoraFactors } from "./factors.ts";
import { jacobiSvd } from "./jacobi.ts";

/** Singular values of one layer's update, with common summaries. All are 0 for a zero update. */
export interface Spectrum {
  /** σ of ΔW, descending, `[min(rank, in, out)]`: no others can differ from 0. */
  readonly singularValues: Float64Array;
  /** ‖ΔW‖_F = √Σσ² */
  readonly frobeniusNorm: number;
  /** ‖ΔW‖_F² / σ₁²: from 1 up to the rank. */
  readonly stableRank: number;
  /** exp(−Σ p log p) with p = σ/Σσ. Source: Roy & Vetterli, The effective rank, EUSIPCO 2007 */
  readonly effectiveRank: number;
}

/**
 * Computes the spectrum of ΔW = scaling · B · A without forming it, in float64 and (in + out) · rank² steps. It takes
 * the QR of B and of Aᵀ, then the singular values of the rank × rank core R_b R_aᵀ.
 *
 * @throws InputError E_FACTORS when shapes do not fit or a number is not finite.
 */
export function spectrumOf(factors: LoraFactors): Spectrum {
  const { a, b } = factorQr(factors);
  const { sigma } = jacobiSvd(timesTransposed(b.r, a.r));
  return summaryOf(sigma.map((value) => value * Math.abs(factors.scaling)));
}

/** Summarises descending singular values as a {@link Spectrum}. */
export function summaryOf(singularValues: Float64Array): Spectrum {
  const first = singularValues[0] ?? 0;
  if (first === 0) return { singularValues, frobeniusNorm: 0, stableRank: 0, effectiveRank: 0 };
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
  };
}

/**
 * Finds the smallest k with Σ_{i≤k} σ² ≥ share · Σσ²; 0 for a zero update. It describes an update and does not choose a
 * rank: only an evaluation shows whether the last tenth of the energy matters.
 *
 * @param share more than 0, at most 1.
 */
export function rankAtEnergy(singularValues: Float64Array, share: number): number {
  if (!(share > 0 && share <= 1))
    throw new InputError("E_SHARE", `share must be more than 0 and at most 1, got ${share}`);
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
