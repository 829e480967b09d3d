/** The way in which a token is chosen from a model's logits. */
export interface Sampling {
  /** Divides the logits; at 0 the most probable token is chosen. */
  readonly temperature: number;
  /** Only the most probable tokens are drawn from, as many as together have this probability; 1 for all. */
  readonly topP: number;
}

/** The first of the largest logits. */
export function mostProbable(logits: Float32Array): number {
  let best = 0;
  for (let i = 1; i < logits.length; i++) if (logits[i]! > logits[best]!) best = i;
  return best;
}

/**
 * Draws a token, for logits `[vocab]`.
 *
 * @param uniform gives a number in [0, 1); not called at temperature 0.
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
  // Tokens below this are in no nucleus: all of them together have less than 1 − topP.
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
