import { InputError } from "../errors.ts";
import type { ModelShape } from "../model/shape.ts";
import { type BaseFormat, baseBytes } from "./base-bytes.ts";
import type { MemoryParts, PeakPhase } from "./parts.ts";

/**
 * Division of training among several cards. `ddp`: nothing is shared. `zero1`: optimiser states. `zero2`: gradients too.
 * `zero3` and `fsdp` (full shard): weights too, of which each card gathers a block at a time.
 */
export type Strategy = "ddp" | "zero1" | "zero2" | "zero3" | "fsdp";

export const strategies: readonly Strategy[] = ["ddp", "zero1", "zero2", "zero3", "fsdp"];

/** Cards that train one model on batches of their own. */
export interface Cards {
  readonly count: number;
  readonly strategy: Strategy;
}

/** Bytes that one card holds beside its share. */
export interface Gathered {
  /** Weights of the model that are whole for a time: two blocks, and what is outside of the blocks. */
  readonly weights: number;
  /** Gradients of one block before they are reduced. */
  readonly gradients: number;
  /** Gradients of all trained tensors. */
  readonly allGradients: number;
  /** Workspaces that the optimiser's step has too. What it has above them is of the size of its own share. */
  readonly workspace: number;
}

/** Largest buckets of DeepSpeed's ZeRO, in elements. Source: DeepSpeed, reduce_bucket_size, default 5e8 */
const BUCKET_ELEMENTS = 5e8;

/** Divisors of what a strategy shares. */
function sharesOf(cards: Cards) {
  const { count, strategy } = cards;
  return {
    states: strategy === "ddp" ? 1 : count,
    gradients: sharesWeights(cards) || strategy === "zero2" ? count : 1,
    weights: sharesWeights(cards) ? count : 1,
  };
}

/** Tells if each card holds a part of the weights alone. */
export function sharesWeights({ strategy }: Cards): boolean {
  return strategy === "zero3" || strategy === "fsdp";
}

/**
 * Computes the parts on one of several cards from those on a single one. Activations are those of the card's own micro-batch.
 * DDP keeps buckets of the size of the gradients, ZeRO-1 and 2 reduce in buckets of at most 5·10⁸ elements.
 *
 * Source: ZeRO, figure 1, https://arxiv.org/abs/1910.02054; DeepSpeed, configuration of ZeRO; PyTorch,
 * DistributedDataParallel (gradient_as_bucket_view) and FullyShardedDataParallel (limit_all_gathers: two gathered units)
 */
export function shardedPhases(
  phases: Readonly<Record<PeakPhase, MemoryParts>>,
  cards: Cards | undefined,
  gathered: Gathered,
): Readonly<Record<PeakPhase, MemoryParts>> {
  if (cards === undefined || cards.count === 1) return phases;
  const step = phases["optimizer step"];
  const { states } = sharesOf(cards);
  const stepScratch = gathered.workspace + (step.scratch - gathered.workspace) / states;
  return {
    loss: sharded(phases.loss, cards, gathered),
    "block backward": sharded(phases["block backward"], cards, gathered),
    "optimizer step": sharded({ ...step, scratch: stepScratch }, cards, {
      ...gathered,
      weights: 0,
      gradients: 0,
    }),
  };
}

function sharded(parts: MemoryParts, cards: Cards, gathered: Gathered): MemoryParts {
  const { states, gradients, weights } = sharesOf(cards);
  const { baseWeights, quantizationConstants, adapterWeights } = parts;
  const model = baseWeights + quantizationConstants + adapterWeights;
  const rest = (model * (weights - 1)) / weights;
  const whole = weights === 1 ? 0 : Math.min(gathered.weights, rest);
  const ownGradients = Math.min(parts.gradients, gathered.gradients);
  return {
    ...parts,
    baseWeights: Math.ceil(baseWeights / weights + whole),
    quantizationConstants: Math.ceil(quantizationConstants / weights),
    adapterWeights: Math.ceil(adapterWeights / weights),
    gradients: Math.ceil(parts.gradients / gradients + ownGradients * (1 - 1 / gradients)),
    optimizerStates: Math.ceil(parts.optimizerStates / states),
    scratch: Math.ceil(parts.scratch + bucketBytes(cards, gathered)),
  };
}

function bucketBytes({ strategy }: Cards, { allGradients }: Gathered): number {
  if (strategy === "ddp") return allGradients;
  return strategy === "fsdp" ? 0 : Math.min(allGradients, 2 * BUCKET_ELEMENTS);
}

/** Bytes of weights that a card gathers: two blocks, and all that is outside of the blocks. */
export function gatheredWeights(shape: ModelShape, base: BaseFormat): number {
  const { quantizedWeights, quantizationConstants, otherWeights, total } = baseBytes(shape, base);
  const isQuantized = quantizedWeights > 0;
  const blocks = isQuantized
    ? quantizedWeights + quantizationConstants
    : (otherWeights * shape.params.blockWeights) / shape.totalParams;
  return total - blocks + Math.min(2, shape.layers) * (blocks / shape.layers);
}

/** Bytes that do not depend on the batch: trained or frozen weights, adapter, gradients, and the optimiser's states. */
export interface StaticShare {
  readonly weights: number;
  readonly adapter: number;
  readonly gradients: number;
  readonly states: number;
}

/** Divides bytes among the cards. */
export function shardedStatic(bytes: StaticShare, cards: Cards | undefined): StaticShare {
  if (cards === undefined) return bytes;
  const shares = sharesOf(cards);
  return {
    weights: Math.ceil(bytes.weights / shares.weights),
    adapter: Math.ceil(bytes.adapter / shares.weights),
    gradients: Math.ceil(bytes.gradients / shares.gradients),
    states: statesOf(bytes.states, cards),
  };
}

/** One card's share of the optimiser's states. */
export function statesOf(states: number, cards: Cards | undefined): number {
  return cards === undefined ? states : Math.ceil(states / sharesOf(cards).states);
}

/** Throws E_CONFIG for a number of cards, or a base, that a strategy cannot have. */
export function checkCards(cards: Cards | undefined, base: BaseFormat): void {
  if (cards === undefined) return;
  const { count, strategy } = cards;
  if (!Number.isSafeInteger(count) || count < 1 || count > 1e6)
    throw new InputError("E_CONFIG", `cards must be an integer from 1 to 1000000, got ${count}`);
  if (sharesWeights(cards) && (base.dtype === "int8" || base.dtype === "gptq"))
    throw new InputError(
      "E_CONFIG",
      `strategy must be ddp, zero1 or zero2 on a base in ${base.dtype}, whose weights are not modelled in shares, got ${strategy}`,
    );
}

/** Sentences on what an estimate for several cards leaves out. */
export function cardsAssumptions(cards: Cards | undefined): string[] {
  if (cards === undefined || cards.count === 1) return [];
  const { count, strategy } = cards;
  const shared: Readonly<Record<Strategy, string>> = {
    ddp: "DDP: each card holds all of the model, and buckets of the size of the gradients",
    zero1: "ZeRO-1: optimiser states are shared",
    zero2: "ZeRO-2: optimiser states and gradients are shared",
    zero3:
      "ZeRO-3: optimiser states, gradients and weights are shared; two blocks and what is outside of the blocks are gathered",
    fsdp: "FSDP, full shard: optimiser states, gradients and weights are shared; two blocks and what is outside of the blocks are gathered",
  };
  const own: Readonly<Record<Strategy, string>> = {
    ddp: "",
    zero1: " DeepSpeed's fp32 copies of trained 16-bit weights are not modelled.",
    zero2: " DeepSpeed's fp32 copies of trained 16-bit weights are not modelled.",
    zero3:
      " DeepSpeed's fp32 copies of trained 16-bit weights, and more live parameters (stage3_max_live_parameters), are not modelled.",
    fsdp: " Adapters are wrapped apart from frozen weights, as PEFT's fsdp_auto_wrap_policy does.",
  };
  return [
    `All figures are of one of ${count} cards, each with its own micro-batch. ${shared[strategy]}.${own[strategy]} Offload, hybrid ` +
      "shards, and tensor, pipeline or sequence parallelism are not modelled, and no measurement of several cards is compared.",
  ];
}
