import { sumOf } from "../model/linear-shapes.ts";
import type { ModelShape } from "../model/shape.ts";
import {
  type ActivationContext,
  adapterBytes,
  adapterInputBytes,
  type BlockActivations,
} from "./activations.ts";

/**
 * Bytes a token beyond a block's saved activations while it is recomputed and runs backward; the largest of three
 * moments. Adapter on the last inner projection: its result and the scaled result await their sum. Feed-forward
 * product: gradients for product and factors. Attention, feed-forward layer freed: per score a softmax, its gradient
 * and its input's (eager), or gradients for q, k, v and the result (kernel). Source: counted from transformers 5.24
 * `modeling_llama.py` and peft 0.21; scripts/reference/memory_peaks.py
 */
export function blockWorkingBytes(context: ActivationContext, block: BlockActivations): number {
  const { shape, settings, traits, residualBytes, activationBytes, attentionBytes, seq } = context;
  const { hiddenSize, heads } = shape;
  const { feedForward, queryDim, keyDim, valueDim } = shape.block;
  const gradient = residualBytes * hiddenSize; // gradient of the block's result or middle
  const inner = activationBytes * (traits.expertsInTurn ? widthInTurn(shape) : feedForward.width);
  const freed = adapterInputBytes(context, ["feed-forward output"]);

  const adapted = context.targets.some((target) => "reads" in target && target.reads === "feed-forward");
  const adapterResult = 2 * adapterBytes(context) * feedForward.width;
  const inputs = (residualBytes + activationBytes) * hiddenSize; // inputs of norm and layer, still in scope
  const adapter = adapted ? gradient + inputs + adapterResult - freed : 0;

  const product = gradient + (feedForward.gated ? 3 : 2) * inner - freed;

  const feedForwardInputs = adapterInputBytes(context, ["feed-forward", "feed-forward output"]);
  const scoreGradients = (attentionBytes === 4 ? 8 : 4) * heads * seq;
  const kernelGradients = attentionBytes * (2 * queryDim + keyDim + valueDim);
  const attention =
    gradient +
    (settings.attention === "eager" ? attentionBytes * valueDim + scoreGradients : kernelGradients) -
    (block.feedForward + feedForwardInputs + block.norms / 2);
  return Math.max(adapter, product, attention);
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
