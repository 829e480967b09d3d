import type { ModelShape } from "../../model/shape.ts";
import { type LogitContext, logitBytes, tiledBytes } from "../logits.ts";
import type { profileNames } from "../names.ts";
import type { StackSettings, StackTraits } from "../stack.ts";
import type { ObjectiveInUse } from "./objective.ts";

type ProfileName = (typeof profileNames)[number];

/** Profiles of LLaMA-Factory and of TRL before `selective_log_softmax`: log-softmax of all logits. */
const wholeSoftmax: readonly ProfileName[] = ["llama-factory", "trl-2024", "trl-2025"];

/** Profiles whose losses of preferences were read; other stacks take the figures of TRL. */
export const readLosses: readonly ProfileName[] = ["trl", "axolotl", "torchtune", "peft", ...wholeSoftmax];

/** Objectives whose trainers compute all logits, whatever the loss. Source: trl 1.16, `experimental/orpo`, `experimental/cpo` */
const needsLogits: readonly ObjectiveInUse["name"][] = ["orpo", "simpo", "reward"];

export interface LossContext extends LogitContext {
  readonly shape: ModelShape;
  readonly settings: StackSettings;
  readonly traits: StackTraits;
  readonly profile: ProfileName;
}

/** Bytes of the objective's loss; `logitBytes` for SFT, and for a reward model with a classification head. */
export function objectiveLogits(
  objective: ObjectiveInUse,
  context: LossContext,
): ReturnType<typeof logitBytes> {
  const { shape, settings, traits, profile, tokens, computeBytes } = context;
  const standard = logitBytes(shape, settings.loss, traits, context);
  const { name, sequences, completion } = objective;
  if (name === "sft" || shape.head.kind !== "causal-lm") return standard;
  const isFull = settings.loss === "full" || needsLogits.includes(name);
  const scored = name === "grpo" || !isFull ? sequences * completion : tokens;
  const peak = isFull
    ? scored * shape.vocabSize * (fullLogitBytes(objective, profile) + (shape.capsLogits ? computeBytes : 0))
    : tiledBytes(scored, shape, traits, context);
  return { ...standard, peak, saved: isFull ? Math.min(standard.saved, peak) : 0, afterLoss: 0 };
}

/**
 * Bytes per logit of log-probabilities from all logits, which Trainer returns in fp32. TRL: logits 4, gradients of gather
 * and of log-sum-exp with their sum 12. ORPO: 2 more, the log-softmax of chosen texts. LLaMA-Factory: logits 4, log-softmax
 * 4, reference pass 8. KTO: a copy of the reference's logits 4. No reference pass: log-softmax 4, two gradients 8.
 * torchtune frees logits first: log-softmax 4, reference 8. Value head: 16-bit logits 2, fp32 copy 4. Source: trl 1.9,
 * `DPOTrainer._compute_loss`; trl 1.16, `ORPOTrainer`; llamafactory 0.9.5, `CustomDPOTrainer`, `CustomKTOTrainer`,
 * `PairwiseTrainer`; torchtune 0.6.1, `lora_dpo_single_device`. Counted by scripts/reference/memory_objectives.py
 */
function fullLogitBytes({ name, reference }: ObjectiveInUse, profile: ProfileName): number {
  const hasPass = reference === "adapters-off" || reference === "model";
  if (name === "reward") return 6;
  if (profile === "torchtune") return 12;
  if (!wholeSoftmax.includes(profile)) return name === "orpo" ? 18 : 16;
  if (name === "kto") return hasPass ? 20 : 16;
  return hasPass ? 16 : 12;
}
