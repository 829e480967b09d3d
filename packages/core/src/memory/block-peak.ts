import { type LinearInput, sumOf } from "../model/linear-shapes.ts";
import type { ModelShape } from "../model/shape.ts";
import {
  type ActivationContext,
  adapterBytes,
  adapterInputBytes,
  type BlockActivations,
  expertResultBytes,
  keyValueRepeats,
  savesScores,
} from "./activations.ts";

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
 * results, results and weights. Attention, feed-forward layer freed: per score a softmax, its gradient and its input's (eager), or gradients
 * for q, k, v and the result (kernel). CUDA's softmax makes a third fp32 tensor in its backward pass. Decoding of a
 * 4-bit weight, for the feed-forward layer's result or for q, k and v. Source: counted from transformers 5.24
 * `modeling_llama.py`, `grouped_mm_experts_forward` and peft 0.21, scripts/reference/memory_peaks.py and
 * mixture_peaks.py; torch 2.15
 * `aten/src/ATen/native/cuda/SoftMax.cu`, `grad * output`; bitsandbytes 0.50, `MatMul4Bit.backward`
 */
export function blockWork(
  context: ActivationContext,
  block: BlockActivations,
  tokens: number,
  weightGradients = 0,
): BlockWork {
  const { shape, settings, traits, residualBytes, activationBytes, attentionBytes, computeBytes, seq } =
    context;
  const { hiddenSize, heads } = shape;
  const { feedForward, queryDim, keyDim, valueDim } = shape.block;
  const isAdapted = (input: LinearInput) =>
    context.targets.some((each) => "reads" in each && each.reads === input);
  const stacked = traits.experts === "stacked" ? feedForward.experts : undefined;
  const gradient = residualBytes * hiddenSize; // gradient of the block's result or middle
  const width = traits.experts === "separate" ? widthInTurn(shape) : feedForward.width;
  const inner = activationBytes * width;
  const freed = adapterInputBytes(context, ["feed-forward output"]);
  const ownCopy = settings.dropout > 0 || adapterBytes(context) !== activationBytes;

  const adapterResult = 2 * adapterBytes(context) * feedForward.width;
  // Inputs of norm and layer are in scope, unless a norm or an adapter has saved them.
  const inputs = ((residualBytes === 4 ? 0 : residualBytes) + (ownCopy ? activationBytes : 0)) * hiddenSize;
  // A checkpointed block is recomputed when its last adapter has scaled the gradient; a cast one waits for the layer.
  const isRecomputed = settings.checkpointing !== "off" && isAdapted("feed-forward output");
  const waiting = isRecomputed ? (adapterBytes(context) + (ownCopy ? activationBytes : 0)) * hiddenSize : 0;
  const adapter = isAdapted("feed-forward") ? gradient + inputs + waiting + adapterResult - freed : 0;

  const cast = settings.dropout > 0 ? adapterBytes(context) * width : 0; // input before its dropout
  const last = gradient + waiting + activationBytes * hiddenSize + inner + cast;
  const lastAdapter = isAdapted("feed-forward output") ? last : 0;

  const { gated, activationTensors = 1 } = feedForward;
  const results = stacked ? expertResultBytes(hiddenSize, stacked, activationBytes) : 0;
  const weighted = stacked?.floatWeights ? (4 / activationBytes) * results : results;
  // End of the forward pass, with the gathered inputs; or gradients of the sum, of results and of their weights.
  const experts = gradient + Math.max(2 * weighted + results + (stacked ? inputs : 0), 3 * weighted);
  const product = gradient + (gated || activationTensors > 1 ? 3 : 2) * inner - freed - results;
  const sum = isAdapted("feed-forward output") ? adapterBytes(context) * width : 0;
  const result = gradient + sum + computeBytes * (hiddenSize + width) - freed;

  const feedForwardInputs = adapterInputBytes(context, ["feed-forward", "feed-forward output"]);
  const before = gradient - (block.feedForward + feedForwardInputs + block.norms / 2);
  const keyValue = keyValueRepeats(context) * (keyDim + valueDim);
  const scores = (attentionBytes === 4 ? 12 : 8) * heads * seq;
  const attention = savesScores(context)
    ? before + attentionBytes * valueDim + scores - adapterInputBytes(context, ["attention output"])
    : before + attentionBytes * (2 * queryDim + keyValue);
  const heads16 = before + attentionBytes * (queryDim + keyValue) + computeBytes * hiddenSize;
  const moments: readonly BlockWork[] = [
    { gradients: tokens * Math.max(adapter, lastAdapter, experts, attention), decoded: 0 },
    { gradients: tokens * product + weightGradients, decoded: 0 },
    { gradients: tokens * result, decoded: decodedBytes(context, "feed-forward output") },
    { gradients: tokens * heads16, decoded: decodedBytes(context, "attention") },
  ];
  return moments.reduce((most, each) => (workBytes(each) > workBytes(most) ? each : most));
}

function workBytes({ gradients, decoded }: BlockWork): number {
  return gradients + decoded;
}

function decodedBytes({ shape, base, computeBytes }: ActivationContext, input: LinearInput): number {
  const matrices = shape.linears.filter(({ role, reads }) => role === "block" && reads === input);
  const largest = Math.max(0, ...matrices.map(({ inDim, outDim }) => inDim * outDim));
  return base.dtype === "nf4" ? computeBytes * largest : 0;
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
