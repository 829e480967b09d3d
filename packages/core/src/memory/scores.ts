import type { ModelShape } from "../model/shape.ts";
import type { StackSettings, StackTraits } from "./stack.ts";

interface ScoreContext {
  readonly shape: ModelShape;
  readonly settings: StackSettings;
  readonly traits: StackTraits;
  readonly activationBytes: 2 | 4;
  /** Bytes per element of q, k, v and attention's result. */
  readonly attentionBytes: 2 | 4;
  /** Sequence length in tokens. */
  readonly seq: number;
}

/**
 * True if each block saves an additive mask in sdpa: its kernel turns the boolean one into scores' bias. Source:
 * transformers 5.24, `masking_utils.py` and `use_gqa_in_sdpa`; torch 2.15, `convert_boolean_attn_mask`
 */
export function isMasked({ settings }: ScoreContext): boolean {
  return settings.attention === "sdpa" && settings.padding;
}

/**
 * True if attention saves its scores: eager, or sdpa on fp32 queries in groups, for which CUDA has no fused kernel.
 * Source: torch 2.15 `sdp_utils.cpp`: flash takes 16 bits alone, the memory-efficient kernel no `enable_gqa`
 */
export function savesScores({ shape, settings, traits, attentionBytes }: ScoreContext): boolean {
  const groups = shape.heads > shape.kvHeads && !traits.expandsKeyValue && !settings.padding;
  return settings.attention === "eager" || (settings.attention === "sdpa" && groups && attentionBytes === 4);
}

/**
 * Bytes a score in eager attention. `saved`: probabilities, what multiplies the values if that is another tensor,
 * dropout's mask, and the tanh that caps a score. `backward`: at the end of softmax's backward pass probabilities,
 * their gradient, CUDA's product of both, the scores' gradient, and the tanh. Source: torch 2.15, `cuda/SoftMax.cu`,
 * `cuda/Dropout.cu` (`native_dropout`); transformers 5.24, each type's `eager_attention_forward`
 */
export function scoreBytes({ shape, traits, attentionBytes: bytes }: ScoreContext): {
  readonly saved: number;
  readonly backward: number;
} {
  const { softmax, dropout, capsScores } = shape.block;
  const asScores = softmax === "as scores" || (softmax !== undefined && !traits.autocast);
  const probability = asScores ? bytes : 4;
  const drops = traits.modelDropout && dropout?.attention === true;
  const factor = drops || probability !== bytes ? bytes : 0;
  const cap = capsScores ? bytes : 0;
  return { saved: probability + factor + (drops ? 1 : 0) + cap, backward: 3 * probability + bytes + cap };
}

/** Copies of each key and value that attention saves, one for every query head where it repeats them. */
export function keyValueRepeats(context: ScoreContext): number {
  const { shape, settings, traits } = context;
  const isSdpa = settings.attention === "sdpa";
  const masked = settings.padding && shape.kvHeads > 1; // a single head is repeated by a view
  const repeats = savesScores(context) || (isSdpa && (traits.expandsKeyValue || masked));
  return repeats ? shape.heads / shape.kvHeads : 1;
}

/** Bytes a token of the attention mask that all blocks share: additive in eager attention, boolean in sdpa. */
export function maskBytes(context: ScoreContext): number {
  const { settings, activationBytes, seq } = context;
  if (settings.attention === "eager") return activationBytes * seq;
  return isMasked(context) ? seq : 0;
}
