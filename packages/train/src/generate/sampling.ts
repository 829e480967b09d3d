export interface Sampling {
  /** Divisor of the logits; 0 chooses the most probable token. */
  readonly temperature: number;
  /** Probability of the most probable tokens to draw from; 1 for all. */
  readonly topP: number;
}

export function mostProbable(logits: Float32Array): number {
  let best = 0;
  for (let i = 1; i < logits.length; i++) if (logits[i]! > logits[best]!) best = i;
  return best;
}

/**
 * Draws a token from logits `[vocab]`.
 * @param uniform number in [0, 1); not called at temperature 0.
 * Source of top-p: Holtzman et al., https://arxiv.org/abs/1904.09751
 */
export function chooseToken(
  logits: Float32Array,
  { temperature, topP }: Sampling,
  uniform: () => number,
): number {
  const best = mostProbable(logits);
  if (temperature === 0) return best;
  const weights = Float64Array.from(logits, (logit) => Math.exp((logit - logits[best]!) / temperature));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  // Bound of every nucleus: all tokens below it have less than 1 − topP together.
  const least = (total * (1 - topP)) / logits.length;
  const candidates: number[] = [];
  weights.forEach((weight, token) => {
    if (weight > 0 && weight >= least) candidates.push(token);
  });
  if (topP < 1) candidates.sort((a, b) => weights[b]! - weights[a]! || a - b);
  let inNucleus = 0;
  let count = 0;
  while (count < candidates.length && (inNucleus < topP * total || count === 0))
    inNucleus += weights[candidates[count++]!]!;
  let rest = uniform() * inNucleus;
  for (const token of candidates.slice(0, count)) {
    rest -= weights[token]!;
    if (rest < 0) return token;
  }
  return candidates[count - 1]!; // rounding left a rest
}
