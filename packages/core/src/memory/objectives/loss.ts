import type { ModelShape } from "../../model/shape.ts";
import { type LogitContext, logitBytes, tiledBytes } from "../logits.ts";
import type { profileNames } from "../names.ts";
import type { StackSettings, StackTraits } from "../stack.ts";
import { type ObjectiveInUse, objectiveWords } from "./objective.ts";

type ProfileName = (typeof profileNames)[number];

/** Profiles of LLaMA-Factory and of TRL before `selective_log_softmax`: log-softmax of all logits. */
const wholeSoftmax: readonly ProfileName[] = ["llama-factory", "trl-2024", "trl-2025"];

/** Profiles whose losses of preferences were read; other stacks take the figures of TRL. */
const readLosses: readonly ProfileName[] = [
  ...(["trl", "trl-2026", "axolotl", "torchtune", "peft", "unsloth"] as const),
  ...wholeSoftmax,
];

/** Stacks with few objectives beside SFT. Source: files and names of litgpt 0.5.13, Qwen's finetune.py, recipes of torchtune */
const fewObjectives: Partial<Record<ProfileName, readonly ObjectiveInUse["name"][]>> = {
  litgpt: [],
  "litgpt-2023": [],
  "qwen-2023": [],
  torchtune: ["dpo", "grpo"],
  "torchtune-2024": [],
};

/** Words for a loss of this stack that no source was read for; undefined where it was read. */
export function openInLoss(name: ObjectiveInUse["name"], profile: ProfileName): string | undefined {
  if (name === "sft" || name === "embedding") return undefined;
  if (fewObjectives[profile]?.includes(name) === false)
    return `${objectiveWords[name]}, which ${profile} has no recipe for`;
  // Unsloth's GRPO trainer has chunks and generation of its own. Source: unsloth 2026.10, `models/rl_replacements.py`
  const isRead = readLosses.includes(profile) && !(profile === "unsloth" && name === "grpo");
  return isRead ? undefined : `what ${profile} does otherwise than TRL for ${objectiveWords[name]}`;
}

/** Objectives whose trainers compute all logits, whatever the loss. Source: trl 1.16, `experimental/orpo`, `experimental/cpo` */
const needsLogits: readonly ObjectiveInUse["name"][] = ["orpo", "simpo", "reward"];

/**
 * Stacks that score DPO and KTO without all logits. axolotl 0.19 has trl 1.9, whose trainers compute them, as in 1.7 to
 * 1.14. So do those of llamafactory 0.9.5 and torchtune 0.6.1, whose other losses are for SFT alone.
 */
const scoreInParts: readonly ProfileName[] = ["trl", "peft", "unsloth"];

/** Stacks whose GRPO computes the logits of all completions. Source: trl 1.7 and 1.12, `GRPOTrainer` */
const wholeCompletions: readonly ProfileName[] = ["trl-2026", "axolotl"];

function needsAllLogits(name: ObjectiveInUse["name"], profile: ProfileName): boolean {
  if (name === "grpo") return wholeCompletions.includes(profile);
  const isScored = name === "dpo" || name === "kto";
  return isScored ? !scoreInParts.includes(profile) : needsLogits.includes(name);
}

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
  const isFull = settings.loss === "full" || needsAllLogits(name, profile);
  const scored = name === "grpo" || !isFull ? sequences * completion : tokens;
  const peak = isFull
    ? scored * shape.vocabSize * (fullLogitBytes(objective, profile) + (shape.capsLogits ? computeBytes : 0))
    : profile === "unsloth"
      ? rowsBytes(scored, context)
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

/** Fewest logits, and most rows and bytes, in one part of them. Source: unsloth_zoo 2026.10, `fused_linear_rows` */
const PART = { logits: 512 * 151_936, rows: 4096, bytes: 2 * 2 ** 30 };

/**
 * Bytes of Unsloth's scoring without all logits: fp32 logits of some rows, a copy of the hidden states, their gradient.
 * Cards up to 24.5 GiB take smaller parts, of 256 MiB. Source: unsloth_zoo 2026.10, `_logprobs_impl`; unsloth 2026.10,
 * `patch_trl_fused_lm_head_kernel` puts it into trl 1.14 and 1.15
 */
function rowsBytes(scored: number, { shape, computeBytes }: LossContext): number {
  const { hiddenSize, vocabSize } = shape;
  const powerBelow = (value: number): number => 2 ** Math.floor(Math.log2(Math.max(value, 1)));
  const fewest = Math.min(Math.max(powerBelow(PART.logits / vocabSize), 512), PART.rows);
  const byShare = Math.min(Math.max(powerBelow((scored * hiddenSize) / vocabSize), fewest), PART.rows);
  const rows = Math.min(byShare, Math.floor(PART.bytes / (4 * vocabSize)), scored);
  return 4 * rows * vocabSize + scored * hiddenSize * 2 * computeBytes;
}
