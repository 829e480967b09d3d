import type { ModelShape } from "../model/shape.ts";
import { bytesPerElement } from "./base-bytes.ts";
import type { LossKind, StackTraits } from "./stack.ts";

/** Bytes of logits and loss: at the peak, and saved after a forward pass. */
export function logitBytes(
  shape: ModelShape,
  loss: LossKind,
  { logitBytes: perLogit, chunkTokens, keptLogitBytes }: StackTraits,
  { microBatch, tokens }: { readonly microBatch: number; readonly tokens: number },
): { readonly peak: number; readonly saved: number } {
  if (shape.head.kind !== "causal-lm") {
    const classes = shape.head.kind === "none" ? 0 : shape.head.labels;
    const logits = microBatch * classes * bytesPerElement("fp32");
    return { peak: 3 * logits, saved: logits }; // logits, log-softmax, gradient
  }
  const part = chunkTokens === undefined ? 0 : Math.min(tokens, chunkTokens) * perLogit.full;
  const peak = shape.vocabSize * (tokens * perLogit[loss] + (loss === "chunked" ? part : 0));
  return { peak, saved: Math.min(peak, tokens * keptLogitBytes * shape.vocabSize) };
}
