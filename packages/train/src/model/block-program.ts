import { input, matMul, type Split, splitForwardBackward, type Value, vjp } from "@lorank/graph";
import { loraLinear } from "../adapter/lora-linear.ts";
import type { BlockWeights, Family } from "../models/family.ts";
import { type LayoutShape, layoutInputs } from "./layout.ts";

/** The adapter that a block's linear layers carry. */
export interface AdapterShape {
  readonly rank: number;
  readonly scaling: number;
  readonly dropout: number;
  /** Paths within the block. */
  readonly targets: ReadonlySet<string>;
}

/** What distinguishes one compiled block from another of the same model. */
export interface BlockVariant extends LayoutShape {
  readonly queries: "all" | "last";
  /** Whether the gradient goes on to the block below. */
  readonly inputGradient: boolean;
  /** Whether dropout is active. */
  readonly training: boolean;
}

export const loraAName = (path: string): string => `${path}.lora_A.weight`;
export const loraBName = (path: string): string => `${path}.lora_B.weight`;
export const keepName = (path: string): string => `${path}.keep`;
export const gradientName = (name: string): string => `d.${name}`;

/**
 * One block as a forward program (`x` → `y`) and a backward program (`x`, `dy` → `d.x` and the gradient `d.<name>`
 * of every trained weight). All layers share it: weights are inputs, named by their path within the block.
 */
export function blockProgram(
  family: Family,
  variant: BlockVariant,
  adapter: AdapterShape,
  trainBase: boolean,
  recompute: boolean,
): Split {
  const { batch, seq } = variant;
  const tokens = layoutInputs(variant, variant.queries, family);
  const weights = new BlockInputs(family, adapter, variant.training, trainBase);
  const x = input("x", [batch * seq, family.hiddenSize]);
  const y = family.block(x, weights, tokens);
  const dy = input("dy", y.shape);
  const wrt = new Map(weights.trained);
  if (variant.inputGradient) wrt.set("x", x);
  const gradients = wrt.size > 0 ? vjp(y, dy, [...wrt.values()]) : [];
  const named = Object.fromEntries([...wrt.keys()].map((name, i) => [gradientName(name), gradients[i]!]));
  return splitForwardBackward({ y }, named, recompute);
}

/** Declares a block's weights as graph inputs and puts adapters on its targets. */
class BlockInputs implements BlockWeights {
  /** Inputs that are differentiated, by name. */
  readonly trained = new Map<string, Value>();
  readonly #family: Family;
  readonly #adapter: AdapterShape;
  readonly #training: boolean;
  readonly #trainBase: boolean;

  constructor(family: Family, adapter: AdapterShape, training: boolean, trainBase: boolean) {
    this.#family = family;
    this.#adapter = adapter;
    this.#training = training;
    this.#trainBase = trainBase;
  }

  vector(path: string): Value {
    const { size } = find(this.#family.vectors, path);
    return this.#weight(`${path}.weight`, [size], this.#trainBase);
  }

  linear(x: Value, path: string): Value {
    const { inDim, outDim } = find(this.#family.linears, path);
    const weight = this.#weight(`${path}.weight`, [outDim, inDim], this.#trainBase);
    const { rank, scaling, dropout, targets } = this.#adapter;
    if (rank === 0 || !targets.has(path)) return matMul(x, weight, { transposeB: true });
    const lora = {
      weight,
      loraA: this.#weight(loraAName(path), [rank, inDim], true),
      loraB: this.#weight(loraBName(path), [outDim, rank], true),
      scaling,
    };
    if (!this.#training || dropout === 0) return loraLinear(x, lora);
    const keep = input(keepName(path), x.shape, "uint8");
    return loraLinear(x, { ...lora, dropout: { keep, keepProbability: 1 - dropout } });
  }

  #weight(name: string, shape: readonly number[], trained: boolean): Value {
    const value = input(name, shape);
    if (trained) this.trained.set(name, value);
    return value;
  }
}

function find<T extends { readonly path: string }>(list: readonly T[], path: string): T {
  const found = list.find((item) => item.path === path);
  if (!found) throw new Error(`the family's block uses "${path}", which it does not list`);
  return found;
}
