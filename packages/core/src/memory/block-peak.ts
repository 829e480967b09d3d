import { type ActivationContext, adapterBytes, adapterInputBytes, type BlockActivations } from "./activations.ts";

/**
 * Bytes a token that one block needs at its peak while it is computed again and runs backward, beyond what it saves. It
 * is the largest of three moments:
 *
 * - the adapter of the last inner projection: its result and the scaled one, before they are added;
 * - the feed-forward layer's product backward: the gradients of the product and of both factors;
 * - attention backward, where all of the feed-forward layer is freed.
 *
 * Eager attention holds the softmax, its gradient and the gradient of its input for each score at the third. A kernel
 * holds gradients of q, k, v and the result alone.
 *
 * Source: counted from transformers 5.24 `modeling_llama.py` and peft 0.21; scripts/reference/memory_peaks.py
 */
export function blockWorkingBytes(context: ActivationContext, block: BlockActivations): number {
  const { shape, settings, residualBytes, activationBytes, attentionBytes, seq } = context;
  const { hiddenSize, heads } = shape;
  const { feedForward, queryDim, keyDim, valueDim } = shape.block;
  const gradient = residualBytes * hiddenSize; // of the block's result, or of its middle
  const inner = activationBytes * feedForward.width;
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
