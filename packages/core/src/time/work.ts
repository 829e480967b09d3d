import { type BaseFormat, bytesPerElement, isQuantizedFormat } from "../memory/base-bytes.ts";
import type { StackSettings, StackTraits } from "../memory/stack.ts";
import { type LinearShape, sumOf, weightElements } from "../model/linear-shapes.ts";
import { countLoraParams } from "../model/lora.ts";
import type { ModelShape } from "../model/shape.ts";

/** Kernels between matrix products. `fused`: compiled blocks, or kernels written for whole parts of a block. */
export type Kernels = "plain" | "fused";

/** A pass over `microBatch` sequences of `seq` tokens, forward and backward. */
export interface StepOptions {
  readonly shape: ModelShape;
  readonly targets: readonly LinearShape[];
  readonly rank: number;
  readonly base: BaseFormat;
  readonly microBatch: number;
  readonly seq: number;
  readonly settings: StackSettings;
  readonly traits: Pick<StackTraits, "autocast" | "kbitResidual" | "kbitSkipsGptq">;
  readonly kernels: Kernels;
}

/** Work in a pass, as {@link secondsOf} prices it. */
export interface StepWork {
  readonly tokens: number;
  /** Floating point operations in products with the base's matrices and in attention. */
  readonly products: number;
  /** Floating point operations in products with A and B, one side of which is only as wide as the rank. */
  readonly adapterProducts: number;
  /** True if A and B work in fp32: the stack keeps them so, and has no autocast. */
  readonly adaptsInFp32: boolean;
  /** Bytes read and written between products, by the optimiser, and of weights in 16 bits. */
  readonly bytes: number;
  /** Weights decoded from 4 bits, counted in each pass. */
  readonly decoded: number;
  /** Blocks whose kernels are launched, counted in each pass. */
  readonly blockPasses: number;
  /** Adapted layers whose kernels are launched, counted in each pass. */
  readonly adapterPasses: number;
}

/**
 * Counts the work in a pass of LoRA. A frozen matrix has no weight gradient: a product forward, one for the input's
 * gradient, and one more forward if blocks are recomputed. A and B have both gradients. Causal attention computes half
 * of its scores, and in a kernel the backward pass takes 2.5 times the forward one. Source: FlashAttention-2 (arXiv
 * 2307.08691), section 4.1
 */
export function stepWork(options: StepOptions): StepWork {
  const { shape, targets, rank, base, microBatch, seq, settings } = options;
  const { block, layers, kvHeads, heads } = shape;
  const forwards = settings.checkpointing === "off" ? 1 : 2;
  const tokens = microBatch * seq;
  const dense = sumOf(shape.linears.filter(({ role }) => role === "block").map(weightElements));
  const experts = sumOf(shape.experts.map(weightElements));
  const { perToken = 1, count = 1 } = block.feedForward.experts ?? {};
  const visited = dense + (experts * perToken) / count;
  const head = shape.head.kind === "causal-lm" ? shape.hiddenSize * shape.vocabSize : 0;
  const attended = block.queryDim + (block.valueDim / kvHeads) * heads;
  const scores = seq * attended * layers * (forwards + 2.5);
  const adapters = countLoraParams(targets, rank);
  const dora = settings.variant === "dora" ? doraWork(options, forwards) : { products: 0, bytes: 0 };
  const passes = forwards + 1;
  const isQuantized = isQuantizedFormat(base);
  const weights = dense + experts;
  return {
    tokens,
    products: tokens * (2 * visited * passes + 4 * head + scores),
    adapterProducts: tokens * adapters * (2 * forwards + 4) + dora.products,
    adaptsInFp32: adaptsInFp32(options),
    bytes:
      tokens * (blockBytes(options, forwards) + adapterBytes(options, forwards) + lossBytes(options)) +
      dora.bytes +
      (isQuantized ? 0 : 2 * weights * passes) +
      optimizerBytes(options, adapters),
    decoded: isQuantized ? weights * passes : 0,
    blockPasses: layers * passes,
    adapterPasses: sumOf(targets.map((target) => target.count)) * passes,
  };
}

/**
 * Bytes a token between the base's products. Backward passes move twice as much as forward ones. Plain kernels move 98
 * per hidden element: 36 in each of two RMSNorms in fp32, 6 in each of two sums, 14 around products. They move 24 per
 * query element, 16 of it for rotary positions, 12 per key or value, 16 per inner element. Fused: a norm 4, rotary
 * positions 4, activation and product 6. Source: operations in transformers 4.48, `LlamaDecoderLayer`. Weights prepared
 * for k-bit training make activations fp32.
 */
function blockBytes({ shape, base, settings, traits, kernels }: StepOptions, forwards: number): number {
  const { queryDim, keyDim, valueDim, feedForward } = shape.block;
  const keyValue = keyDim + valueDim;
  const isPlain = kernels === "plain";
  const forward = isPlain
    ? 98 * shape.hiddenSize + 24 * queryDim + 12 * keyValue + 16 * feedForward.width
    : 34 * shape.hiddenSize + 12 * queryDim + 6 * keyValue + 12 * feedForward.width;
  const skips = base.dtype === "gptq" && traits.kbitSkipsGptq;
  const isFp32 = settings.kbitPrepare && isQuantizedFormat(base) && traits.kbitResidual && !skips;
  return shape.layers * forward * (forwards + 2) * (isFp32 ? 2 : 1);
}

function adaptsInFp32({ settings, traits }: Pick<StepOptions, "settings" | "traits">): boolean {
  return settings.adapterDtype === "fp32" && !traits.autocast;
}

/**
 * Bytes a token around A and B in 16 bits. Forward, per input element: 2, with dropout 7; per output element 12 for the
 * product, scaling and the sum with the base's output. Backward: 8, with dropout 15, and 8. Twice that if A and B work
 * in fp32. Fused kernels scale and add inside the products. Source: operations in peft 0.19, `lora/layer.py`
 */
function adapterBytes({ targets, settings, traits, kernels }: StepOptions, forwards: number): number {
  const inputs = sumOf(targets.map(({ inDim, count }) => inDim * count));
  const outputs = sumOf(targets.map(({ outDim, count }) => outDim * count));
  if (kernels === "fused") return forwards * (2 * inputs + 4 * outputs) + 4 * inputs + 4 * outputs;
  const drops = settings.dropout > 0;
  const width = adaptsInFp32({ settings, traits }) ? 2 : 1;
  const magnitudes = settings.variant === "dora" ? 10 * (forwards + 1) : 0;
  const perInput = forwards * (drops ? 7 : 2) + (drops ? 15 : 8);
  return width * (perInput * inputs + (forwards * 12 + 8 + magnitudes) * outputs);
}

/**
 * Work for DoRA's weight norms in each forward pass. B times A is a whole matrix in fp32. An element costs 34 bytes: for
 * that matrix, the weight in fp32, their sum and its norm. Source: peft 0.19, `lora/dora.py`
 */
function doraWork({ targets, rank }: StepOptions, forwards: number) {
  const elements = sumOf(targets.map(weightElements));
  const factors = sumOf(
    targets.map(({ inDim, outDim, count }) => 2 * rank * inDim * (inDim + outDim) * count),
  );
  return { products: forwards * factors, bytes: forwards * 34 * elements };
}

/** Bytes a token for logits and loss: 30 a vocabulary entry, with copies in fp32; 12 if computed by parts. */
function lossBytes({ shape, settings }: StepOptions): number {
  if (shape.head.kind !== "causal-lm") return 0;
  return (settings.loss === "full" ? 30 : 12) * shape.vocabSize;
}

/**
 * Bytes of AdamW's step: seven reads and writes of weight, gradient and two moments, three to clip. Not counted if
 * several passes share a step.
 */
function optimizerBytes({ settings }: StepOptions, adapters: number): number {
  return settings.accumulation ? 0 : 10 * adapters * bytesPerElement(settings.adapterDtype);
}
