import type { ModelShape } from "../model/shape.ts";
import { bytesPerElement } from "./base-bytes.ts";
import type { LossKind, StackTraits } from "./stack.ts";

export interface LogitContext {
  readonly microBatch: number;
  readonly tokens: number;
  readonly headBytes: 2 | 4;
}

/** Bytes of all logits and the loss at three moments. */
export interface LogitBytes {
  readonly peak: number;
  /** Bytes after a forward pass. */
  readonly saved: number;
  /** Bytes during the blocks' backward pass and the optimiser's step. */
  readonly afterLoss: number;
}

/** Bytes of all logits and the loss. `headBytes`: bytes per logit. Traits describe 16-bit logits; fp32 adds 2. */
export function logitBytes(
  shape: ModelShape,
  loss: LossKind,
  { logitBytes: perLogit, chunkTokens, keptLogitBytes, heldLogitBytes }: StackTraits,
  { microBatch, tokens, headBytes }: LogitContext,
): LogitBytes {
  if (shape.head.kind !== "causal-lm") {
    const classes = shape.head.kind === "none" ? 0 : shape.head.labels;
    const logits = microBatch * classes * bytesPerElement("fp32");
    return { peak: 3 * logits, saved: logits, afterLoss: 0 }; // peak: logits, log-softmax, their gradient
  }
  const fullBytes = perLogit.full + headBytes - 2;
  const part = chunkTokens === undefined ? 0 : Math.min(tokens, chunkTokens) * fullBytes;
  const whole = tokens * (loss === "full" ? fullBytes : perLogit[loss]);
  const peak = shape.vocabSize * (whole + (loss === "chunked" ? part : 0));
  const isHeld = heldLogitBytes > 0 && (loss === "full" || (loss === "chunked" && chunkTokens === undefined));
  return {
    peak,
    saved: Math.min(peak, tokens * keptLogitBytes * shape.vocabSize),
    afterLoss: isHeld ? tokens * Math.max(heldLogitBytes, headBytes) * shape.vocabSize : 0,
  };
}
