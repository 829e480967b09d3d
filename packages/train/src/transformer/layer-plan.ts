import type { AdapterShape } from "../adapter/shape.ts";
import type { Family } from "../families/family.ts";
import type { BlockVariant } from "./block-program.ts";
import type { Quantization } from "./parameters.ts";

/** Which layers are alike, and how far down a gradient has to go. */
export interface LayerPlan {
  /** For each layer, the first one of its kind, with adapters and weights in the formats of its own. */
  readonly alike: readonly number[];
  /** The lowest block with something to train; the number of layers where there is none. */
  readonly lowestTrained: number;
}

export function planLayers(
  family: Family,
  adapter: AdapterShape,
  trainBase: boolean,
  quantization: (name: string) => Quantization | undefined,
): LayerPlan {
  const first = new Map<string, number>();
  const alike: number[] = [];
  let lowestTrained = trainBase ? 0 : family.layers;
  for (let layer = 0; layer < family.layers; layer++) {
    const prefix = family.blockPath(layer);
    const adapters = family.linears.map(({ path }) => adapter.modules.get(`${prefix}.${path}`) ?? null);
    if (adapters.some((lora) => lora !== null)) lowestTrained = Math.min(lowestTrained, layer);
    const formats = family.linears.map(({ path }) => quantization(`${prefix}.${path}.weight`) ?? null);
    const key = JSON.stringify([family.kindOf(layer).name, adapters, formats]);
    if (!first.has(key)) first.set(key, layer);
    alike.push(first.get(key)!);
  }
  return { alike, lowestTrained };
}

/** A micro-batch as far as the programs of a block depend on it. */
export interface PassShape extends Pick<BlockVariant, "batch" | "seq" | "queryCount" | "training"> {
  readonly trainBase: boolean;
}

/** What a layer's programs are compiled for; `queryCount` counts in the last one alone. */
export function blockVariant(
  { alike, lowestTrained }: LayerPlan,
  { layers }: Family,
  layer: number,
  { trainBase, queryCount, ...shape }: PassShape,
): BlockVariant {
  return {
    ...shape,
    queryCount: layer === layers - 1 ? queryCount : "all",
    layer: alike[layer]!,
    inputGradient: trainBase || layer > lowestTrained,
  };
}
