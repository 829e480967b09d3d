import type { DropoutMask } from "../transformer/dropout-masks.ts";

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
  trials: readonly (DropoutMask | undefined)[],
  { tokens, examples, inDim }: StackedRows,
): DropoutMask {
  return (layer, path, size) => {
    const all = new Uint8Array(size);
    const width = inDim(path);
    const byExample = size === trials.length * examples * width;
    let end = 0;
    for (const [trial, dropoutMask] of trials.entries()) {
      const own = width * (byExample ? examples : tokens[trial]!);
      if (dropoutMask) all.set(dropoutMask(layer, path, own), end);
      end += own;
    }
    return all;
  };
}
