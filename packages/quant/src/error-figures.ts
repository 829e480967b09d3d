import { InputError } from "@lorank/core";

/** Differences of restored weights to the original ones, in the weights' own unit. */
export interface ErrorFigures {
  /** Largest |restored - weight|. */
  readonly maximum: number;
  readonly meanAbsolute: number;
  /** √(mean of squared errors). */
  readonly rms: number;
  /** 10 · log10(Σ weight² / Σ error²), in dB; Infinity where there is no error. */
  readonly signalToNoiseDb: number;
}

/** Compares `restored` with `weights`, both [length], in float64. Throws E_LENGTH if their lengths differ or are 0. */
export function errorFigures(weights: Float32Array, restored: Float32Array): ErrorFigures {
  const { length } = weights;
  if (restored.length !== length || length === 0) {
    throw new InputError(
      "E_LENGTH",
      `restored must have the length of weights and hold at least one value, got ${restored.length} for ${length}`,
    );
  }
  let maximum = 0;
  let sumAbsolute = 0;
  let noise = 0;
  let signal = 0;
  for (let i = 0; i < length; i++) {
    const weight = weights[i]!;
    const error = Math.abs(restored[i]! - weight);
    maximum = Math.max(maximum, error);
    sumAbsolute += error;
    noise += error * error;
    signal += weight * weight;
  }
  return {
    maximum,
    meanAbsolute: sumAbsolute / length,
    rms: Math.sqrt(noise / length),
    signalToNoiseDb: noise === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(signal / noise),
  };
}
