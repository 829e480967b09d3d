import {
  gradient,
  ops,
  type Program,
  program,
  type Recompute,
  type SplitProgram,
  splitForwardBackward,
  type Value,
} from "@lorank/graph";
import type { AdapterShape } from "../adapter/shape.ts";
import type { AttentionCache, Family } from "../families/family.ts";
import { type LayoutShape, layoutInputs } from "./layout.ts";
import { gradientName, ModuleInputs } from "./module-inputs.ts";
import type { Quantization } from "./weights.ts";

export interface BlockVariant extends LayoutShape {
  /** Query tokens per sequence: the block computes outputs for them alone. */
  readonly queryCount: number | "all";
  /** First layer with this kind and adapters; similar layers share the programs. */
  readonly layer: number;
  /** True if the gradient continues to the block below. */
  readonly inputGradient: boolean;
  readonly training: boolean;
}

/** Model settings that decide the block graphs. */
export interface BlockOptions {
  readonly family: Family;
  readonly adapter: AdapterShape;
  readonly trainBase: boolean;
  readonly recompute: Recompute;
  readonly quantization: (name: string) => Quantization | undefined;
}

/** Graph of a block: `x` → `y`. Weights are inputs, by path within the block, so similar layers share programs. */
export interface BlockGraph {
  readonly y: Value;
  /** Values to differentiate by name: trained parameters, and `x` if the gradient continues below. */
  readonly differentiated: ReadonlyMap<string, Value>;
}

/** @param mergesUpdates adapters may be added to their weights before products. */
export function blockGraph(
  variant: BlockVariant,
  { family, adapter, trainBase, quantization }: BlockOptions,
  mergesUpdates: boolean,
): BlockGraph {
  const { batch, seq, layer, training } = variant;
  const tokens = layoutInputs(variant, variant.queryCount, family.kindOf(layer));
  const weights = new ModuleInputs({
    shape: family,
    path: family.blockPath(layer),
    adapter,
    training,
    isTrained: () => trainBase,
    quantization,
    mergesUpdates,
  });
  const x = ops.input("x", [batch * seq, family.hiddenSize]);
  const y = family.block(x, weights, tokens);
  const differentiated = new Map(weights.trained);
  if (variant.inputGradient) differentiated.set("x", x);
  return { y, differentiated };
}

/** Forward program, which also returns values for the backward one, and backward program: `x`, `dy` → `d.<name>`. */
export function splitBlock({ y, differentiated }: BlockGraph, recompute: Recompute): SplitProgram {
  const dy = ops.input("dy", y.shape);
  const gradients = differentiated.size > 0 ? gradient(y, [...differentiated.values()], dy) : [];
  const named = Object.fromEntries(
    [...differentiated.keys()].map((name, i) => [gradientName(name), gradients[i]!]),
  );
  return splitForwardBackward({ y }, named, recompute);
}

/** Batch sizes and layer of a compiled block that reads a piece of a text. */
interface PieceVariant extends Required<LayoutShape> {
  readonly layer: number;
}

/**
 * Program for a block that reads a text piece. Inputs: `x`, `earlierKeys`, `earlierValues` `[batch, kvHeads, earlier,
 * headDim]`. Outputs: `y`, own `keys` and `values` `[batch, kvHeads, seq, headDim]`.
 */
export function pieceProgram(
  variant: PieceVariant,
  { family, adapter, quantization }: BlockOptions,
): Program {
  const { batch, seq, earlier, layer } = variant;
  const outputs: Record<string, Value> = {};
  const cache: AttentionCache = {
    earlier: (kvHeads, headDim) => {
      if (earlier === 0) return undefined;
      const shape = [batch, kvHeads, earlier, headDim];
      return { keys: ops.input("earlierKeys", shape), values: ops.input("earlierValues", shape) };
    },
    store: (own) => {
      Object.assign(outputs, own);
    },
  };
  const weights = new ModuleInputs({
    shape: family,
    path: family.blockPath(layer),
    adapter,
    training: false,
    isTrained: () => false,
    quantization,
    decodesInProducts: true,
  });
  const tokens = { ...layoutInputs(variant, "all", family.kindOf(layer)), cache };
  const y = family.block(ops.input("x", [batch * seq, family.hiddenSize]), weights, tokens);
  return program({ y, ...outputs });
}

/** Layer plan: which layers share programs, and the lowest that a gradient must reach. */
export interface LayerPlan {
  /** First layer that shares the programs, per layer: same kind, adapters and weight formats. */
  readonly alike: readonly number[];
  /** Lowest block with something to train; −1 for embeddings, the layer count for none. */
  readonly lowestTrained: number;
}

export function planLayers({ family, adapter, trainBase, quantization }: BlockOptions): LayerPlan {
  const first = new Map<string, number>();
  const alike: number[] = [];
  let lowestTrained = trainBase ? -1 : family.layers;
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

/** Batch sizes that decide the block programs; `queryCount` is the last block's. */
export type PassShape = Pick<BlockVariant, "batch" | "seq" | "queryCount" | "training">;

export interface BlockRun {
  /** Program role: `forward` saves values for `backward` that `evaluate` does not. */
  readonly role: "evaluate" | "forward" | "backward";
  readonly layer: number;
  readonly variant: BlockVariant;
}

export interface BlockRuns {
  readonly forward: readonly BlockRun[];
  /** Runs of backward programs, from the last block down to the lowest trained block. */
  readonly backward: readonly BlockRun[];
}

/** Block runs in a pass, for engine and memory prediction; `trains` adds the backward pass. */
export function blockRuns(
  { alike, lowestTrained }: LayerPlan,
  { queryCount, ...shape }: PassShape,
  trains: boolean,
): BlockRuns {
  const forward = alike.map((first, layer): BlockRun => {
    const inputGradient = layer > lowestTrained;
    const isLast = layer === alike.length - 1;
    const variant = {
      ...shape,
      queryCount: isLast ? queryCount : "all",
      layer: first,
      inputGradient,
    } as const;
    return { role: trains && layer >= lowestTrained ? "forward" : "evaluate", layer, variant };
  });
  const trained = forward.filter(({ role }) => role === "forward").reverse();
  return { forward, backward: trained.map((run) => ({ ...run, role: "backward" })) };
}
