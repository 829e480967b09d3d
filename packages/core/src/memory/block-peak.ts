import { sumOf } from "../model/linear-shapes.ts";
import type { ModelShape } from "../model/shape.ts";
import {
  type ActivationContext,
  adapterBytes,
  adapterInputBytes,
  type BlockActivations,
} from "./activations.ts";

/**
 * Bytes a token that one block needs at its peak beyond what it saves, while it is computed again and runs backward. It
 * is the largest of three moments. At the adapter of the last inner projection, its result and the scaled one are not
 * added yet. At the product of the feed-forward layer, gradients of the product and of both factors are there. At
 * attention the feed-forward layer is freed.
 *
 * There eager attention has the softmax, its gradient and that of its input for each score. A kernel has gradients of q,
 * k, v and the result alone.
 *
 * Source: counted from transformers 5.24 `modeling_llama.py` and peft 0.21; scripts/reference/memory_peaks.py
 */
export function blockWorkingBytes(context: ActivationContext, block: BlockActivations): number {
  const { shape, settings, traits, residualBytes, activationBytes, attentionBytes, seq } = context;
  const { hiddenSize, heads } = shape;
  const { feedForward, queryDim, keyDim, valueDim } = shape.block;
  const gradient = residualBytes * hiddenSize; // of the block's result, or of its middle
  const inner = activationBytes * (traits.expertsInTurn ? widthInTurn(shape) : feedForward.width);
  const freed = adapterInputBytes(context, ["feed-forward output"]);

  const adapted = context.targets.some((target) => "reads" in target && target.reads === "feed-forward");
  const adapterResult = 2 * adapterBytes(context) * feedForward.width;
  const inputs = (residualBytes + activationBytes) * hiddenSize; // of the norm and of the layer, still in scope
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

/** Inner width a token of the experts that run backward at one time: shared ones, or one of the routed ones. */
function widthInTurn({ block: { feedForward }, experts }: ModelShape): number {
  const { width, experts: routed } = feedForward;
  if (routed === undefined) return width;
  const ofOne = experts.find(({ reads }) => reads === "own")?.inDim ?? width;
  return Math.max(width - routed.perToken * ofOne, (ofOne * routed.perToken) / routed.count);
}

/**
 * Bytes that DoRA needs for the weights of one block, whatever the batch. Under dropout it multiplies the dropped input
 * itself, and saves a copy of each adapted weight. For a norm it has B·A, its scaled copy, the weight and their sum at
 * once, each in the adapter's dtype: `scratch`.
 *
 * Source: peft 0.21, `DoraLinearLayer.get_weight_norm`
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
