/** Example counts of a training's epochs; the last may be a part of the data. */
export function epochLengths(examples: number, epochs: number): number[] {
  return Array.from({ length: Math.ceil(epochs) }, (_, epoch) => {
    const part = Math.min(1, epochs - epoch);
    return part === 1 ? examples : Math.max(1, Math.round(part * examples));
  });
}
