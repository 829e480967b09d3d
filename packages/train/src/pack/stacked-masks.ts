import type { KeepMask } from "../model/keep-masks.ts";

/** How the examples of one micro-batch lie in a pack. */
export interface PackedRows {
  /** Examples of each trial. */
  readonly batch: number;
  /** Columns of the whole pack. */
  readonly seq: number;
  /** Columns that each trial has on its own. */
  readonly ownSeqs: readonly number[];
  /** Width of a layer's input. */
  readonly inDim: (path: string) => number;
}

/**
 * The masks that each trial draws on its own, behind each other. A mask is drawn for the trial's own columns, so that it
 * does not depend on what the trial is packed with; pads behind them are dropped. A trial without masks drops all.
 */
export function stackedMasks(
  trials: readonly (KeepMask | undefined)[],
  { batch, seq, ownSeqs, inDim }: PackedRows,
): KeepMask {
  return (layer, path, size) => {
    const all = new Uint8Array(size);
    const width = inDim(path);
    const perExample = size / (trials.length * batch);
    const columns = perExample / width; // seq, or 1 where one token of each example asks
    for (const [trial, keep] of trials.entries()) {
      const own = width * (columns === seq ? ownSeqs[trial]! : columns);
      const mask = keep?.(layer, path, batch * own);
      for (let example = 0; mask && example < batch; example++) {
        const place = (trial * batch + example) * perExample;
        all.set(mask.subarray(example * own, (example + 1) * own), place);
      }
    }
    return all;
  };
}
