/** Epochs to advise where a training of `epochs` was too short: twice as many, and at least one whole pass. */
export function longer(epochs: number): number {
  return Math.max(1, 2 * epochs);
}
