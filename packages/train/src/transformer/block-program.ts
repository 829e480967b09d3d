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

/** Traits that distinguish one compiled block from another of the same model. */
export interface BlockVariant extends LayoutShape {
  /** Tokens of each sequence that the block is computed for. */
  readonly queryCount: number | "all";
  /** The first layer of this kind and with these adapters; others that are like it share its programs. */
  readonly layer: number;
  /** True if the gradient goes on to the block below. */
  readonly inputGradient: boolean;
  /** True if dropout is active. */
  readonly training: boolean;
}

/** A model as far as the graphs of its blocks depend on it. */
export interface BlockOptions {
  readonly family: Family;
  readonly adapter: AdapterShape;
  readonly trainBase: boolean;
  readonly recompute: Recompute;
  /** The format of a weight, by checkpoint name. */
  readonly quantization: (name: string) => Quantization | undefined;
}

/**
 * One block as a forward program (`x` → `y`) and a backward program (`x`, `dy` → `d.x` and `d.<name>` of every
 * trained weight). Layers that are alike share it: weights are inputs, named by their path within the block.
 */
export function blockProgram(
  variant: BlockVariant,
  { family, adapter, trainBase, recompute, quantization }: BlockOptions,
): SplitProgram {
  const { batch, seq, layer, training } = variant;
  const tokens = layoutInputs(variant, variant.queryCount, family.kindOf(layer));
  const weights = new ModuleInputs({
    shape: family,
    path: family.blockPath(layer),
    adapter,
    training,
    isTrained: () => trainBase,
    quantization,
  });
  const x = ops.input("x", [batch * seq, family.hiddenSize]);
  const y = family.block(x, weights, tokens);
  const dy = ops.input("dy", y.shape);
  const wrt = new Map(weights.trained);
  if (variant.inputGradient) wrt.set("x", x);
  const gradients = wrt.size > 0 ? gradient(y, [...wrt.values()], dy) : [];
  const named = Object.fromEntries([...wrt.keys()].map((name, i) => [gradientName(name), gradients[i]!]));
  return splitForwardBackward({ y }, named, recompute);
}

/** Traits that distinguish one compiled block that reads a piece of a text. */
interface PieceVariant extends Required<LayoutShape> {
  readonly layer: number;
}

/**
 * One block for a piece of a text. Inputs: `x`, and of the pieces before it `earlierKeys` and `earlierValues`
 * `[batch, kvHeads, earlier, headDim]`. Outputs: `y`, and its own `keys` and `values` `[batch, kvHeads, seq, headDim]`.
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

/** The layers that are alike, and the lowest that a gradient has to reach. */
export interface LayerPlan {
  /** For each layer, the first one of its kind, with adapters and weights in the formats of its own. */
  readonly alike: readonly number[];
  /** The lowest block with something to train; −1 for the embeddings, and the number of layers where there is none. */
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

/** A batch as far as the programs of blocks depend on it; `queryCount` counts in the last block alone. */
export type PassShape = Pick<BlockVariant, "batch" | "seq" | "queryCount" | "training">;

/** A run of one block's program. */
export interface BlockRun {
  /** `forward` hands over to `backward` what `evaluate` does not keep. */
  readonly role: "evaluate" | "forward" | "backward";
  readonly layer: number;
  readonly variant: BlockVariant;
}

/** The runs of all blocks in one pass through the model, in order. */
export interface BlockRuns {
  readonly forward: readonly BlockRun[];
  /** From the last block down to the lowest that is trained. */
  readonly backward: readonly BlockRun[];
}

/**
 * Orders the runs of a pass through the model: for the engine, and for the prediction of its memory.
 *
 * @param trains true if the pass goes backward too.
 */
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
