import { type LinearInput, sumOf } from "../model/linear-shapes.ts";
import type { ModelShape } from "../model/shape.ts";
import {
  type ActivationContext,
  adapterBytes,
  adapterInputBytes,
  type BlockActivations,
  castsInput,
  expertResultBytes,
} from "./activations.ts";
import { bytesPerElement } from "./base-bytes.ts";
import { kernelBytes, kernelProductBytes } from "./kernel-peak.ts";
import { fusedInputs } from "./lora-kernels.ts";
import { keyValueRepeats, savesScores, scoreBytes } from "./scores.ts";

/** Bytes beyond a block's saved activations while it runs backward. */
export interface BlockWork {
  readonly gradients: number;
  /** Bytes of the 16-bit weight that a 4-bit layer decodes for its input's gradient. */
  readonly decoded: number;
}

/**
 * Working bytes of a block that is recomputed and runs backward, at the largest of these moments. Adapter on the last
 * inner projection: its result and the scaled result await their sum. Feed-forward product: gradients for product and
 * factors, and for weights with an adapter added (`weightGradients`, in bytes). Stacked experts: gradients for weighted
 * results, results and weights. Attention, feed-forward layer freed: per score a softmax, its gradient and its input's
 * (eager), or gradients for q, k, v and the result (kernel). CUDA's softmax makes a third fp32 tensor in its backward
 * pass. Decoding of a 4-bit weight, for the feed-forward layer's result or for q, k and v. Source: counted from
 * transformers 5.24 `modeling_llama.py`, `grouped_mm_experts_forward` and peft 0.21, scripts/reference/memory_peaks.py
 * and mixture_peaks.py; torch 2.15 `aten/src/ATen/native/cuda/SoftMax.cu`, `grad * output`; bitsandbytes 0.50,
 * `MatMul4Bit.backward`
 */
export function blockWork(
  context: ActivationContext,
  block: BlockActivations,
  tokens: number,
  weightGradients = 0,
): BlockWork {
  const { shape, residualBytes, activationBytes, attentionBytes, computeBytes, seq } = context;
  const { hiddenSize, heads } = shape;
  const { feedForward, queryDim, keyDim, valueDim } = shape.block;
  const freed = adapterInputBytes(context, ["feed-forward output"]);
  const outside = outsideBytes(context);

  const ofFeedForward =
    block.feedForward + adapterInputBytes(context, ["feed-forward", "feed-forward output"]);
  const keyValue = keyValueRepeats(context) * (keyDim + valueDim);
  const { saved, backward } = scoreBytes(context);
  const scores = (backward - saved) * heads * seq;
  const ofAttention = savesScores(context)
    ? attentionBytes * valueDim + scores - adapterInputBytes(context, ["attention output"])
    : attentionBytes * (2 * queryDim + keyValue) + flashBytes(context);
  if (fusedInputs(context).has("feed-forward")) {
    const decoding = 2 * residualBytes * hiddenSize + kernelProductBytes(context);
    return largest([
      { gradients: tokens * kernelBytes(context, ofFeedForward, ofAttention), decoded: 0 },
      { gradients: tokens * decoding, decoded: decodedBytes(context, "feed-forward output") },
    ]);
  }

  const width = innerWidth(context);
  const { gated, activationTensors = 1 } = feedForward;
  const experts = stackedExperts(context);
  const product =
    outside + (gated || activationTensors > 1 ? 3 : 2) * activationBytes * width - freed - experts.results;
  const sum = isAdapted(context, "feed-forward output") ? adapterBytes(context) * width : 0;
  const result = outside + sum + computeBytes * (hiddenSize + width) - freed;
  const before = outside - (ofFeedForward + block.norms / 2);
  const headGradients = before + attentionBytes * (queryDim + keyValue) + computeBytes * hiddenSize;
  const recomputed = Math.max(adapterMoments(context, freed), experts.moment);
  return largest([
    { gradients: tokens * Math.max(recomputed, before + ofAttention), decoded: 0 },
    { gradients: tokens * product + weightGradients, decoded: 0 },
    { gradients: tokens * result, decoded: decodedBytes(context, "feed-forward output") },
    { gradients: tokens * headGradients, decoded: decodedBytes(context, "attention") },
  ]);
}

/**
 * Bytes a token while adapters on the feed-forward layer's projections run in a block that is recomputed; the larger of
 * the first and the last. A re-entrant checkpoint recomputes all of a block, another stops at the last saved tensor.
 */
function adapterMoments(context: ActivationContext, freed: number): number {
  const { shape, settings, traits, residualBytes, activationBytes } = context;
  const { hiddenSize, block } = shape;
  const gradient = residualBytes * hiddenSize; // gradient of the block's result
  const ownCopy = settings.dropout > 0 || castsInput(context, "feed-forward");
  // Inputs of norm and layer are in scope, unless a norm or an adapter has saved them.
  const inputs = ((residualBytes === 4 ? 0 : residualBytes) + (ownCopy ? activationBytes : 0)) * hiddenSize;
  const isLastAdapted = isAdapted(context, "feed-forward output");
  // That block is recomputed when its last adapter has scaled the gradient; a cast one waits for the layer.
  const waiting =
    stopsEarly(settings, traits) && isLastAdapted
      ? (adapterBytes(context) + (ownCopy ? activationBytes : 0)) * hiddenSize
      : 0;
  const first = isAdapted(context, "feed-forward")
    ? gradient + inputs + waiting + 2 * adapterBytes(context) * block.feedForward.width - freed
    : 0;
  const results = stopsEarly(settings, traits)
    ? activationBytes * hiddenSize
    : inputs + 3 * activationBytes * hiddenSize;
  const width = innerWidth(context);
  const last = gradient + waiting + results + activationBytes * width + castBytes(context) * width;
  return Math.max(first, isLastAdapted ? last : 0);
}

/**
 * Bytes an element of the last projection's input in casts that no adapter saves. They are its copy in the adapter's
 * dtype and, under autocast, a dropped one that is cast once more. Source: peft 0.21, `Linear.forward`
 */
function castBytes(context: ActivationContext): number {
  const { settings, traits, activationBytes } = context;
  const bytes = bytesPerElement(settings.adapterDtype);
  if (bytes === activationBytes) return 0;
  const copies = settings.dropout > 0 ? 2 : 1;
  return bytes * (traits.autocast ? copies : copies - 1);
}

/**
 * Bytes a token of stacked experts. `results`: saved, and freed before their product. `moment`: the end of their forward
 * pass with gathered inputs and biases, or gradients of their results. With biases also the end of the activation, with
 * its result, the clamped up and gathered biases. Gradients of weighted results wait for a block's recomputation, which
 * ends before these results are put in order.
 */
function stackedExperts({ shape, settings, traits, residualBytes, activationBytes }: ActivationContext): {
  readonly results: number;
  readonly moment: number;
} {
  const { hiddenSize, block } = shape;
  const { experts, width } = block.feedForward;
  if (traits.experts !== "stacked" || experts === undefined) return { results: 0, moment: 0 };
  const results = expertResultBytes(hiddenSize, experts, activationBytes);
  const weighted = experts.floatWeights ? (4 / activationBytes) * results : results;
  const inputs = ((residualBytes === 4 ? 0 : residualBytes) + activationBytes) * hiddenSize;
  const { biases = false } = experts;
  const waiting = stopsEarly(settings, traits) ? weighted : 0;
  const activation = biases ? 4 * activationBytes * width : 0;
  return {
    results,
    moment:
      residualBytes * hiddenSize +
      Math.max(
        inputs + 2 * weighted + (biases ? 2 : 1) * results,
        waiting + inputs + activation,
        3 * weighted,
      ),
  };
}

/** True if checkpoints recompute a block within its backward pass, up to the last saved tensor. */
function stopsEarly(
  { checkpointing }: ActivationContext["settings"],
  { reentrant }: ActivationContext["traits"],
): boolean {
  return checkpointing !== "off" && !reentrant;
}

function isAdapted({ targets }: ActivationContext, input: LinearInput): boolean {
  return targets.some((each) => "reads" in each && each.reads === input);
}

/** Bytes a token: the gradient of a block's result, and the result where a re-entrant checkpoint holds it. */
function outsideBytes({ shape, settings, traits, residualBytes }: ActivationContext): number {
  const isHeld = settings.checkpointing !== "off" && traits.reentrant;
  return (isHeld ? 2 : 1) * residualBytes * shape.hiddenSize;
}

function innerWidth({ shape, traits }: ActivationContext): number {
  return traits.experts === "separate" ? widthInTurn(shape) : shape.block.feedForward.width;
}

function largest(moments: readonly BlockWork[]): BlockWork {
  return moments.reduce((most, each) => (workBytes(each) > workBytes(most) ? each : most));
}

function workBytes({ gradients, decoded }: BlockWork): number {
  return gradients + decoded;
}

function decodedBytes({ shape, base, computeBytes }: ActivationContext, input: LinearInput): number {
  const matrices = shape.linears.filter(({ role, reads }) => role === "block" && reads === input);
  const elements = Math.max(0, ...matrices.map(({ inDim, outDim }) => inDim * outDim));
  return base.dtype === "nf4" ? computeBytes * elements : 0;
}

/**
 * Bytes a token of flash attention's workspace for its gradients: q's in fp32, and with grouped queries k's and v's of
 * each query head. Source: flash-attn 2, `csrc/flash_attn/flash_api.cpp`, `mha_varlen_bwd`
 */
function flashBytes({ shape, settings, attentionBytes }: ActivationContext): number {
  if (settings.attention !== "flash") return 0;
  const { heads, kvHeads, block } = shape;
  const expanded = heads === kvHeads ? 0 : (heads / kvHeads) * (block.keyDim + block.valueDim);
  return 4 * block.queryDim + attentionBytes * expanded;
}

/** Inner width of experts that run backward at once: shared experts, or a single routed expert. */
function widthInTurn({ block: { feedForward }, experts }: ModelShape): number {
  const { width, experts: routed } = feedForward;
  if (routed === undefined) return width;
  const ofOne = experts.find(({ reads }) => reads === "own")?.inDim ?? width;
  return Math.max(width - routed.perToken * ofOne, (ofOne * routed.perToken) / routed.count);
}

/**
 * DoRA bytes for a block's weights, whatever the batch. `saved`: under dropout, a copy of each adapted weight.
 * `scratch`: for a norm, B·A, its scaled copy, the weight and their sum in the adapter's dtype. Source: peft 0.21,
 * `DoraLinearLayer.get_weight_norm`
 */
export function doraWeightBytes(context: ActivationContext): {
  readonly saved: number;
  readonly scratch: number;
} {
  const { shape, targets, settings } = context;
  if (settings.variant !== "dora") return { saved: 0, scratch: 0 };
  const bytes = adapterBytes(context);
  const inBlocks = targets.filter((target) => !("role" in target) || target.role === "block");
  const all = sumOf(inBlocks.map(({ inDim, outDim, count }) => (inDim * outDim * count) / shape.layers));
  const largest = Math.max(0, ...inBlocks.map(({ inDim, outDim }) => inDim * outDim));
  return { saved: settings.dropout > 0 ? bytes * all : 0, scratch: 4 * bytes * largest };
}
