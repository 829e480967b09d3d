// torch's guard against dividing by a zero norm
const NORM_EPSILON = 1e-6;

/** L2 norm over all elements of all arrays, summed in float64 in the given order. */
export function globalNorm(arrays: Iterable<Float32Array>): number {
  let sum = 0;
  for (const array of arrays) {
    let own = 0;
    for (let i = 0; i < array.length; i++) own += array[i]! * array[i]!;
    sum += own;
  }
  return Math.sqrt(sum);
}

/**
 * What gradients of L2 norm `norm` must be multiplied by: `min(1, maxNorm / (norm + 1e-6))`; 1 if `maxNorm` is 0,
 * which means no clipping. NaN for a norm that is not a number, so that a diverged run is seen and not hidden.
 *
 * Source: torch.nn.utils.clip_grad_norm_
 */
export function clipCoefficient(norm: number, maxNorm: number): number {
  return maxNorm === 0 ? 1 : Math.min(1, maxNorm / (norm + NORM_EPSILON));
}
