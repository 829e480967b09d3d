import type { Tensor } from "@lorank/graph";
import type { AdapterShape } from "../adapter/shape.ts";
import type { Family, HeadModule } from "../families/family.ts";
import { randomStream } from "../random/random.ts";
import type { QueryTokens } from "./batch.ts";
import { dropoutMaskName } from "./module-inputs.ts";

/** Dropout mask by layer (the head's follows the last) and path, `size` bytes: 1 for inputs that remain. */
export type DropoutMask = (layer: number, path: string, size: number) => Uint8Array;

/** Count of random levels: 16 bits per element, so probabilities are multiples of 1 / 65,536. */
const LEVELS = 65_536;

/**
 * Dropout masks for a micro-batch, from streams named by step, micro-batch, layer and path: equal for any order and
 * rank.
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

/** Linear layer in a block whose adapter has dropout. */
interface MaskedLinear {
  readonly path: string;
  readonly inDim: number;
  /** True if the layer's input has only the query tokens' rows. */
  readonly isQueried: boolean;
}

export function maskedLinears(layer: number, family: Family, adapter: AdapterShape): MaskedLinear[] {
  const isLast = layer === family.layers - 1;
  return family.linears
    .filter(({ path }) => adapter.modules.has(`${family.blockPath(layer)}.${path}`))
    .map(({ path, inDim }) => ({ path, inDim, isQueried: isLast && !family.keyValuePaths.has(path) }));
}

interface BlockMasksOptions {
  readonly family: Family;
  readonly adapter: AdapterShape;
  readonly reads: HeadModule["reads"];
  /** Token count of the micro-batch, `batch * seq`. */
  readonly tokens: number;
  readonly realRows: readonly number[];
  readonly queryTokens: QueryTokens;
}

/**
 * Dropout masks for a block, drawn example by example, so padding and packing change none. Classifiers draw one row per
 * example.
 */
export function blockMasks(
  layer: number,
  dropoutMask: DropoutMask,
  { family, adapter, reads, tokens, realRows, queryTokens }: BlockMasksOptions,
): Record<string, Tensor> {
  const every = { rows: tokens, places: realRows };
  const queried = {
    rows: queryTokens.count === "all" ? tokens : queryTokens.rows.length,
    places: reads === "one" ? [...queryTokens.places] : realRows.map((row) => queryTokens.places[row]!),
  };
  const masks: Record<string, Tensor> = {};
  for (const { path, inDim, isQueried } of maskedLinears(layer, family, adapter)) {
    const { rows, places } = isQueried ? queried : every;
    const drawn = dropoutMask(layer, path, places.length * inDim);
    const data = placed(drawn, places, rows, inDim);
    masks[dropoutMaskName(path)] = { dtype: "uint8", shape: [rows, inDim], data };
  }
  return masks;
}

/** Copies row i of `drawn` to row `places[i]` of `rows`, in runs; −1 is left out. */
function placed(drawn: Uint8Array, places: readonly number[], rows: number, width: number): Uint8Array {
  const all = new Uint8Array(rows * width);
  for (let start = 0; start < places.length; ) {
    const place = places[start]!;
    let end = start + 1;
    while (place >= 0 && places[end] === place + end - start) end++;
    if (place >= 0) all.set(drawn.subarray(start * width, end * width), place * width);
    start = end;
  }
  return all;
}
