import type { KeepMask } from "../transformer/keep-masks.ts";

/** How many rows of a mask are each trial's own. */
export interface StackedRows {
  /** Real tokens of each trial. */
  readonly tokens: readonly number[];
  /** Examples of each trial. */
  readonly examples: number;
  /** Width of a layer's input. */
  readonly inDim: (path: string) => number;
}

/**
 * The masks that each trial draws on its own, behind each other. A mask is drawn for a trial's own tokens or examples, so
 * that it does not depend on what the trial is stacked with. A trial without masks drops all.
 */
export function stackedMasks(
  trials: readonly (KeepMask | undefined)[],
  { tokens, examples, inDim }: StackedRows,
): KeepMask {
  return (layer, path, size) => {
    const all = new Uint8Array(size);
    const width = inDim(path);
    const byExample = size === trials.length * examples * width;
    let end = 0;
    for (const [trial, keep] of trials.entries()) {
      const own = width * (byExample ? examples : tokens[trial]!);
      if (keep) all.set(keep(layer, path, own), end);
      end += own;
    }
    return all;
  };
}
