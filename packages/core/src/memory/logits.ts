import type { ModelShape } from "../model/shape.ts";
import { bytesPerElement } from "./base-bytes.ts";
import type { LossKind, StackTraits } from "./stack.ts";

export interface LogitContext {
  readonly microBatch: number;
  readonly tokens: number;
  readonly headBytes: 2 | 4;
  /** Bytes per weight of the output head. */
  readonly computeBytes: 2 | 4;
}

/** Bytes of all logits and the loss at four moments. */
export interface LogitBytes {
  readonly peak: number;
  /** Bytes after a forward pass. */
  readonly saved: number;
  /** Bytes while the output head's product, or its gradient, is computed. */
  readonly atHead: number;
  /** Bytes during the blocks' backward pass and the optimiser's step. */
  readonly afterLoss: number;
}

/** Bytes of all logits and the loss. `headBytes`: bytes per logit. Traits describe 16-bit logits; fp32 adds 2. */
export function logitBytes(
  shape: ModelShape,
  loss: LossKind,
  traits: StackTraits,
  context: LogitContext,
): LogitBytes {
  const { microBatch, tokens, headBytes } = context;
  if (shape.head.kind !== "causal-lm") {
    const classes = shape.head.kind === "none" ? 0 : shape.head.labels;
    const logits = microBatch * classes * bytesPerElement("fp32");
    const peak = 3 * logits; // logits, log-softmax, their gradient
    return { peak, saved: logits, atHead: peak, afterLoss: 0 };
  }
  const { heldLogitBytes, chunkTokens, keptLogitBytes, holdsFormerPass, logitBytes: perLogit } = traits;
  const ofLoss =
    loss === "chunked"
      ? chunkedBytes(shape, traits, context)
      : shape.vocabSize * tokens * (loss === "full" ? fullBytes(shape, traits, headBytes) : perLogit.fused);
  const inLoop = tokens * Math.max(heldLogitBytes, headBytes);
  // Logits of the former pass, and those of this one, before and after they become what the loop holds.
  const ofPasses = holdsFormerPass ? 2 * inLoop + tokens * headBytes : 0;
  const peak = Math.max(ofLoss, shape.vocabSize * ofPasses);
  const isHeld = heldLogitBytes > 0 && (loss === "full" || (loss === "chunked" && chunkTokens === undefined));
  return {
    peak,
    saved: Math.min(peak, tokens * keptLogitBytes * shape.vocabSize),
    atHead: Math.min(peak, (inLoop + tokens * headBytes) * shape.vocabSize),
    afterLoss: isHeld ? inLoop * shape.vocabSize : 0,
  };
}

/** Bytes of a logit in a full loss; a cap adds its tanh. Source: transformers 5.24, `Gemma2ForCausalLM.forward` */
function fullBytes({ capsLogits }: ModelShape, { logitBytes }: StackTraits, headBytes: number): number {
  return logitBytes.full + headBytes - 2 + (capsLogits ? headBytes : 0);
}

function chunkedBytes(shape: ModelShape, traits: StackTraits, context: LogitContext): number {
  const { microBatch, tokens, headBytes } = context;
  const { chunkTokens, logitBytes: perLogit, lossPart, tilesLoss, copiesHead } = traits;
  if (tilesLoss) return tiledBytes(tokens, shape, traits, context);
  const chunk = Math.min(tokens, chunkTokens ?? 0);
  if (copiesHead) return copiedHeadBytes(shape, chunk, context);
  const lastPart = microBatch * Math.min(tokens / microBatch, lossPart.positions) * lossPart.bytes;
  const part = chunk * fullBytes(shape, traits, headBytes) + lastPart;
  return shape.vocabSize * (tokens * perLogit.chunked + part);
}

/**
 * Bytes of a loss that copies the head. First an fp32 copy stands beside its 16-bit cast, with a chunk's logits. Then the
 * cast stays with logits, their fp32 copy, log-softmax and a gradient. Hidden states are put in order, and get a
 * gradient. Counted by scripts/reference/memory_chunked_loss.py
 */
function copiedHeadBytes(
  { hiddenSize, vocabSize }: ModelShape,
  chunk: number,
  { tokens, computeBytes }: LogitContext,
): number {
  const copy = computeBytes === 2 ? 4 : 0;
  const perEntry = Math.max((copy + 2) * hiddenSize + 2 * chunk, 2 * hiddenSize + 12 * chunk);
  return vocabSize * perEntry + 2 * computeBytes * tokens * hiddenSize;
}

/** Most tokens in a tile of logits. Source: trl 1.16, `TOKEN_CHUNK_SIZE` */
const TILE_TOKENS = 4096;

/**
 * Bytes of TRL's scoring without all logits: a 16-bit tile, a copy of the hidden states, their gradient in fp32 and its
 * copy. Source: trl 1.16, `ChunkedLogProbFunction`
 */
export function tiledBytes(
  scored: number,
  { hiddenSize }: ModelShape,
  { tileColumns }: StackTraits,
  { computeBytes }: LogitContext,
): number {
  const tile = 2 * Math.min(scored, TILE_TOKENS) * tileColumns;
  return tile + scored * hiddenSize * (4 + 2 * computeBytes);
}
