import { InputError } from "../errors.ts";
import type { ModelShape } from "../model/shape.ts";
import { type BaseFormat, baseBytes, expertsLeftOut } from "./base-bytes.ts";
import type { strategies } from "./names.ts";
import { type ByPhase, largestPhase, type MemoryParts } from "./parts.ts";
import type { StackTraits } from "./stack.ts";

/**
 * Strategy by which several cards divide training. `ddp`: nothing is shared. `zero1`: optimiser states. `zero2`:
 * gradients too. `zero3` and `fsdp` (full shard): weights too, which each card gathers a block at a time.
 */
export type Strategy = (typeof strategies)[number];

/** Cards training the same model, each on separate batches. */
export interface Cards {
  readonly count: number;
  readonly strategy: Strategy;
}

export interface Gathered extends GatheredWeights {
  readonly gradients: number;
  readonly allGradients: number;
  /** Bytes of workspaces, which stay during the optimiser's step. */
  readonly workspace: number;
}

export interface Moments {
  readonly loss: MemoryParts;
  /** Memory parts in the backward pass through the last block, which runs first. */
  readonly first: MemoryParts;
  /** Memory parts in the backward pass through the first block, which runs last. */
  readonly last: MemoryParts;
  readonly step: MemoryParts;
  /** Memory parts while texts are generated, before the first pass of a step. */
  readonly generation?: MemoryParts | undefined;
}

/**
 * Copies of block inputs at the end of the backward pass: the inputs and their gradients, where a stack keeps both.
 * Source: {@link StackTraits.fsdpKeepsInputs}
 */
export function keptCopies(cards: Cards | undefined, { fsdpKeepsInputs }: StackTraits): 0 | 2 {
  return cards !== undefined && cards.count > 1 && cards.strategy === "fsdp" && fsdpKeepsInputs ? 2 : 0;
}

/**
 * Elements of ZeRO's gradient bucket, which is as large however few weights are trained. Source: deepspeed 0.19,
 * `reduce_bucket_size` and `contiguous_gradients`, `stage_1_and_2.py`, `stage3.py`; a second one if `overlap_comm` is set
 */
const BUCKET_ELEMENTS = 5e8;

function sharesOf(cards: Cards) {
  const { count, strategy } = cards;
  return {
    states: strategy === "ddp" ? 1 : count,
    gradients: sharesWeights(cards) || strategy === "zero2" ? count : 1,
    weights: sharesWeights(cards) ? count : 1,
  };
}

function sharesWeights({ strategy }: Cards): boolean {
  return strategy === "zero3" || strategy === "fsdp";
}

/**
 * Memory parts on each of several cards. Activations are from the card's own micro-batch. DDP keeps buckets as large as
 * the gradients; ZeRO reduces in a bucket of 5·10⁸ elements. Source: ZeRO, figure 1,
 * https://arxiv.org/abs/1910.02054; PyTorch, DistributedDataParallel
 * (gradient_as_bucket_view) and FullyShardedDataParallel (limit_all_gathers: two gathered units)
 */
export function shardedPhases(
  { loss, first, last, step, generation }: Moments,
  cards: Cards | undefined,
  gathered: Gathered,
): ByPhase<MemoryParts> {
  if (cards === undefined || cards.count === 1)
    return {
      ...{ loss, "block backward": largestPhase({ first, last })[1], "optimizer step": step },
      ...(generation && { generation }),
    };
  const { states } = sharesOf(cards);
  const stepScratch = gathered.workspace + (step.scratch - gathered.workspace) / states;
  const [, backward] = largestPhase({
    first: sharded(first, cards, gathered, 2),
    last: sharded(last, cards, gathered, 1),
  });
  const none = { ...gathered, outside: 0, gradients: 0 };
  return {
    loss: sharded(loss, cards, gathered, 1),
    "block backward": backward,
    "optimizer step": sharded({ ...step, scratch: stepScratch }, cards, none, 0),
    ...(generation && { generation: sharded(generation, cards, gathered, 1) }),
  };
}

/**
 * Memory parts on a card, some divided by the card count; `blocks` have whole weights at once. FSDP gathers the next
 * block while one runs, and the last before the loss.
 */
function sharded(parts: MemoryParts, cards: Cards, gathered: Gathered, blocks: 0 | 1 | 2): MemoryParts {
  const { states, gradients, weights } = sharesOf(cards);
  const { baseWeights, quantizationConstants, adapterWeights } = parts;
  const model = baseWeights + quantizationConstants + adapterWeights;
  const rest = (model * (weights - 1)) / weights;
  const whole = weights === 1 ? 0 : Math.min(wholeWeights(cards, gathered, blocks), rest);
  const ownGradients = Math.min(parts.gradients, gathered.gradients);
  return {
    ...parts,
    baseWeights: Math.ceil(baseWeights / weights + whole),
    quantizationConstants: Math.ceil(quantizationConstants / weights),
    referenceWeights: Math.ceil(parts.referenceWeights / weights),
    adapterWeights: Math.ceil(adapterWeights / weights),
    gradients: Math.ceil(parts.gradients / gradients + ownGradients * (1 - 1 / gradients)),
    optimizerStates: Math.ceil(parts.optimizerStates / states),
    scratch: Math.ceil(parts.scratch + bucketBytes(cards, gathered)),
  };
}

function bucketBytes({ strategy }: Cards, { allGradients, ofElement }: Gathered): number {
  if (strategy === "ddp") return allGradients;
  return strategy === "fsdp" ? 0 : BUCKET_ELEMENTS * ofElement;
}

/** Weight elements gathered at a time under ZeRO-3. Source: DeepSpeed, stage3_max_live_parameters, default 1e9 */
const LIVE_ELEMENTS = 1e9;

function wholeWeights({ strategy }: Cards, { outside, block, ofElement }: Gathered, blocks: number): number {
  if (strategy === "zero3") return blocks === 0 ? 0 : LIVE_ELEMENTS * ofElement;
  return outside + blocks * block;
}

export interface GatheredWeights {
  readonly outside: number;
  readonly block: number;
  /** Bytes per stored element; quantised weights are packed in 16 bits. */
  readonly ofElement: number;
}

export function gatheredWeights(
  shape: ModelShape,
  base: BaseFormat,
  { experts }: Pick<StackTraits, "experts">,
): GatheredWeights {
  const { quantizedWeights, quantizationConstants, otherWeights, total } = baseBytes(shape, base, experts);
  const isQuantized = quantizedWeights > 0;
  const blocks = isQuantized
    ? quantizedWeights + quantizationConstants + (expertsLeftOut(shape, base, experts)?.bytes ?? 0)
    : (otherWeights * shape.params.blockWeights) / shape.totalParams;
  const ofElement = base.dtype === "fp32" ? 4 : 2;
  return { outside: total - blocks, block: blocks / shape.layers, ofElement };
}

export interface StaticShare {
  readonly weights: number;
  readonly adapter: number;
  readonly gradients: number;
  readonly states: number;
}

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

export function statesOf(states: number, cards: Cards | undefined): number {
  return cards === undefined ? states : Math.ceil(states / sharesOf(cards).states);
}

/** Throws E_CONFIG for an impossible card count or base. */
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

function comparedWith(strategy: Strategy): string {
  return strategy === "fsdp"
    ? "Measurements of two and four cards were compared."
    : "No measurement that states all of its settings was compared.";
}

export function cardsAssumptions(cards: Cards | undefined): string[] {
  if (cards === undefined || cards.count === 1) return [];
  const { count, strategy } = cards;
  const bucket = "; a bucket of 5·10⁸ gradients is reserved";
  const shared: Readonly<Record<Strategy, string>> = {
    ddp: "DDP: each card holds all of the model, and buckets of the size of the gradients",
    zero1: `ZeRO-1: optimiser states are shared${bucket}`,
    zero2: `ZeRO-2: optimiser states and gradients are shared${bucket}`,
    zero3: `ZeRO-3: optimiser states, gradients and weights are shared${bucket}; 10⁹ elements are gathered`,
    fsdp: "FSDP, full shard: optimiser states, gradients and weights are shared; up to two blocks, and what is outside of the blocks, are gathered",
  };
  const own: Readonly<Record<Strategy, string>> = {
    ddp: "",
    zero1: "",
    zero2: "",
    zero3: "",
    fsdp: " Adapters are wrapped apart from frozen weights, as PEFT's fsdp_auto_wrap_policy does.",
  };
  return [
    `All figures are of one of ${count} cards, each with its own micro-batch. ${shared[strategy]}.${own[strategy]} Offload, hybrid ` +
      `shards, and tensor, pipeline or sequence parallelism are not modelled. ${comparedWith(strategy)}`,
  ];
}
