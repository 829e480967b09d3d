import type { ActivationContext } from "../activations.ts";
import type { MemoryParts } from "../parts.ts";
import type { ObjectiveInUse } from "./objective.ts";

/** Logits of a next token: 16-bit 2, fp32 copy 4, probabilities 4, noise 4. Source: transformers 5.24, `_sample` */
const SAMPLING_BYTES = 14;

/** Memory parts while GRPO's completions are written; undefined where that is elsewhere, or not done. */
export function generationParts(
  objective: ObjectiveInUse,
  fixed: MemoryParts,
  context: ActivationContext,
): MemoryParts | undefined {
  const { name, generator, engineBytes } = objective;
  if (name !== "grpo" || generator === "server") return undefined;
  const idle = { ...fixed, checkpoints: 0, attention: 0 };
  if (generator !== "transformers") return { ...idle, engine: engineBytes };
  const { generationCache, scratch } = written(objective, context);
  return { ...idle, generationCache, scratch: fixed.scratch + scratch };
}

/**
 * Bytes a token in the last block of a pass without gradients. Hidden states: embedding, block input, residual stream,
 * norm's result. Beside them a product and its factors. Source: transformers 5.24, `modeling_llama.py`, counted by
 * scripts/reference/memory_objectives.py
 */
function passBytes({ shape, residualBytes, activationBytes }: ActivationContext): number {
  const { gated, width } = shape.block.feedForward;
  return (3 * residualBytes + activationBytes) * shape.hiddenSize + (gated ? 3 : 2) * activationBytes * width;
}

/** Parts while a pass of the reference runs, beside what the trained pass has saved; unchanged without such a pass. */
export function referenceParts(
  { name, reference }: ObjectiveInUse,
  afterForward: MemoryParts,
  tokens: number,
  context: ActivationContext,
): MemoryParts {
  if (name === "grpo" || (reference !== "adapters-off" && reference !== "model")) return afterForward;
  return { ...afterForward, activationGradients: tokens * passBytes(context) };
}

/**
 * Cache of keys and values at the last token, and scratch: the largest of three moments. First: a block on all prompts.
 * Second: a token's logits. Third: the growth of a block's keys. Sliding windows hold less. Source: transformers 5.24,
 * `DynamicLayer.update` joins old and new keys
 */
function written(
  { generations, completion }: ObjectiveInUse,
  context: ActivationContext,
): { readonly generationCache: number; readonly scratch: number } {
  const { shape, seq, activationBytes: bytes } = context;
  const { keyDim, valueDim } = shape.block;
  const cachedToken = bytes * (keyDim + valueDim) * shape.layers;
  const prompt = generations * (seq - completion);
  const tokens = generations * seq;
  const generationCache = tokens * cachedToken;
  const prefill = prompt * (passBytes(context) + cachedToken) - generationCache;
  const sampling = generations * shape.vocabSize * SAMPLING_BYTES;
  const growth = tokens * bytes * Math.max(keyDim, valueDim);
  return { generationCache, scratch: Math.max(prefill, sampling, growth) };
}

/** Memory on the card beside the trained model throughout a step: a second model, an engine that stays awake. */
export function residentParts(
  { reference, generator, engineBytes }: ObjectiveInUse,
  baseBytes: number,
): Pick<MemoryParts, "referenceWeights" | "engine"> {
  return {
    referenceWeights: reference === "model" ? baseBytes : 0,
    engine: generator === "vllm" ? engineBytes : 0,
  };
}
