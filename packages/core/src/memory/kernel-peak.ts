import type { ActivationContext } from "./activations.ts";

/**
 * Bytes a token beyond a block's saved activations where a kernel computes its feed-forward layer; the largest of four
 * moments. Kernel: the product's gradient, which becomes the product, while gate and up become their gradients; one for
 * the input, and one for its dropped copy. DoRA, forwards: four results of gate and up, the product and its scaled copy,
 * three of the last projection. Norm: five fp32 temporaries, or one result where it is fused. Attention: a third gradient
 * beside those of its kernel. Value and gradient of the block's result stay. Source: axolotl 0.19, `LoRA_MLP.backward`,
 * `swiglu_backward`; scripts/reference/kernel_peaks.py
 */
export function kernelBytes(
  context: ActivationContext,
  ofFeedForward: number,
  attentionGradients: number,
): number {
  const { shape, settings, traits, residualBytes, activationBytes } = context;
  const { hiddenSize, block } = shape;
  const { width } = block.feedForward;
  const gradient = residualBytes * hiddenSize;
  const results = settings.variant === "dora" ? activationBytes * (6 * width + 3 * hiddenSize) : 0;
  const norm = (traits.rmsNormBytes < 4 ? residualBytes : 5 * 4) * hiddenSize - ofFeedForward;
  const normInputs = (Math.max(traits.rmsNormBytes, residualBytes) * hiddenSize * block.norms) / 2;
  const attention = gradient + attentionGradients - ofFeedForward - normInputs;
  return 2 * gradient + Math.max(kernelProductBytes(context), results, norm, attention);
}

/** Bytes a token of the kernel's own gradients: the product, and inputs that it does not write over. */
export function kernelProductBytes({ shape, settings, traits, activationBytes }: ActivationContext): number {
  const { sharesDropout, reusesInput } = traits.kernels;
  const inputs = (reusesInput ? 0 : 1) + (settings.dropout > 0 && sharesDropout ? 1 : 0);
  return activationBytes * (shape.block.feedForward.width + inputs * shape.hiddenSize);
}
