import { randomStream } from "../random/random.ts";
import type { DropoutMask } from "../transformer/dropout-masks.ts";

/** Masks take 16 random bits an element, so a probability is met to 1 in 65,536. */
const LEVELS = 65_536;

/**
 * Which inputs of each adapter are kept in one micro-batch. Each mask has a random stream of its own, named by step,
 * micro-batch, layer and path: it can be drawn again in any order, and does not depend on the rank.
 */
export function dropoutMasks(
  probability: number,
  seed: number,
  step: number,
  microBatch: number,
): DropoutMask {
  const threshold = Math.round(probability * LEVELS);
  return (layer, path, size) => {
    const stream = randomStream(seed, "dropout", step, microBatch, layer, path);
    const mask = new Uint8Array(size);
    for (let i = 0; i < size; i += 2) {
      const bits = stream.nextUint32();
      mask[i] = (bits & 0xffff) >= threshold ? 1 : 0;
      if (i + 1 < size) mask[i + 1] = bits >>> 16 >= threshold ? 1 : 0;
    }
    return mask;
  };
}
