import { InputError } from "../errors.ts";
import type { BaseFormatName } from "./base-bytes.ts";
import { profileNames } from "./names.ts";
import {
  litgptTraits,
  sftTraits2024,
  torchtuneTraits,
  trainerTraits,
  traits,
  traits2024,
  unslothTraits,
} from "./profile-traits.ts";
import type { StackSettings, StackTraits } from "./stack.ts";

/** Training stack (library and version) with default settings and fixed traits. */
export interface Profile {
  readonly name: (typeof profileNames)[number];
  readonly stack: string;
  readonly settings: StackSettings;
  /** QLoRA settings in the stack's guides, beside a quantised base. */
  readonly qlora?: Partial<StackSettings>;
  /** Settings that the stack makes by itself on a base that bitsandbytes quantises. */
  readonly onQuantized?: Partial<StackSettings>;
  readonly traits: StackTraits;
}

const settings: StackSettings = {
  variant: "lora",
  loss: "full",
  attention: "sdpa",
  dropout: 0,
  adapterDtype: "fp32", // peft ≥ 0.11, `autocast_adapter_dtype`
  loraKernels: "off",
  fusedNorms: false,
  kbitPrepare: false,
  bnbVersion: "0.50.0",
  optimizer: "adamw",
  checkpointing: "off",
  packing: false,
  padding: false,
  compile: false,
  accumulation: false,
  optimizerInBackward: false,
};

const sft2024: StackSettings = {
  ...settings,
  ...{ dropout: 0.1, kbitPrepare: true, checkpointing: "on", attention: "flash" },
};

/** Trainer's optimiser from torch 2.8 on. Source: transformers 5.24, `TrainingArguments.default_optim` */
const trainer: StackSettings = { ...settings, optimizer: "adamw-fused" };

const trlSft: StackSettings = { ...trainer, loss: "chunked", checkpointing: "on" };

const litgpt: StackSettings = {
  ...settings,
  loss: "chunked",
  dropout: 0.05,
  adapterDtype: "bf16",
  bnbVersion: "0.42.0",
};

const torchtune: StackSettings = {
  ...settings,
  loss: "chunked", // `CEWithChunkedOutputLoss`: eight parts of fp32 logits
  adapterDtype: "bf16",
  optimizer: "adamw-fused", // torchtune 0.6, `fused: True` in its LoRA configs
  checkpointing: "on",
  packing: true,
};

/**
 * `prepare_model_for_kbit_training` turns checkpointing on by default. Source: PEFT's quantisation guide, and
 * `use_gradient_checkpointing=True` in peft/utils/other.py
 */
const peftGuide = { kbitPrepare: true, checkpointing: "on" } as const;

export const profiles: readonly Profile[] = [
  {
    name: "peft",
    stack: "peft ≥ 0.17, transformers ≥ 4.48, a training loop of your own",
    settings,
    qlora: peftGuide,
    traits,
  },
  {
    name: "peft-2024",
    stack: "peft ≤ 0.13, transformers ≤ 4.47, bitsandbytes 0.42",
    settings: { ...settings, dropout: 0.1, bnbVersion: "0.42.0" },
    qlora: peftGuide,
    traits: traits2024,
  },
  {
    name: "trl",
    stack: "trl ≥ 1.15 SFTTrainer, transformers ≥ 5",
    settings: trlSft,
    // `_is_quantized_model` in the trainers of SFT, DPO, GRPO and rewards of trl 1.0, and of KTO in 1.9
    onQuantized: { adapterDtype: "bf16" },
    traits: { ...trainerTraits, tilesLoss: true }, // trl 1.16, `add_fused_lm_head`
  },
  {
    name: "trl-2024",
    stack: "trl 0.8–0.11 SFTTrainer, transformers ≤ 4.45",
    settings: sft2024,
    traits: sftTraits2024,
  },
  {
    name: "trl-2025",
    stack: "trl 0.12–0.15 SFTTrainer, transformers 4.46–4.49",
    settings: sft2024,
    // Bytes per logit: 16-bit logits stay beside their fp32 copy and its shifted copy.
    traits: { ...sftTraits2024, logitBytes: { ...traits.logitBytes, full: 14 } },
  },
  {
    name: "trl-2026",
    stack: "trl 1.7–1.12 SFTTrainer, transformers 5",
    settings: trlSft,
    onQuantized: { adapterDtype: "bf16" },
    traits: { ...trainerTraits, copiesHead: true }, // trl 1.10, `_chunk`: `h.float() @ w.float().t()`
  },
  {
    name: "axolotl",
    stack: "axolotl 0.19, transformers 5",
    // k-bit preparation, after which norms, embeddings and head return to the compute dtype.
    settings: {
      ...trainer,
      dropout: 0.05,
      loraKernels: "on", // axolotl 0.19, `check_auto_enable_lora_kernels`
      checkpointing: "on",
      attention: "flash",
      packing: true,
    },
    // All logits in 16 bits, and their parts' gradients. Source: axolotl 0.19, `patch_chunked_ce_loss_fn` and, for
    // checkpoints, `normalize_config`
    traits: {
      ...trainerTraits,
      logitBytes: { ...trainerTraits.logitBytes, chunked: 4 },
      chunkTokens: undefined,
      reentrant: true,
      allLinear: "names", // `find_all_linear_names` names linear layers to PEFT
    },
  },
  {
    name: "llama-factory",
    stack: "llamafactory 0.9, transformers 5",
    settings: { ...trainer, checkpointing: "on" },
    // llamafactory 0.9.5 needs peft ≤ 0.18.1, which knows no stacked experts; `use_reentrant_gc`.
    // `freeze_vision_tower`, on by default.
    traits: { ...trainerTraits, experts: "linear-only", reentrant: true, freezesTower: true },
  },
  {
    name: "unsloth",
    stack: "unsloth 2026.10",
    settings: {
      ...settings,
      loss: "fused",
      attention: "flash",
      optimizer: "adamw-8bit", // unsloth 2026.10, `models/rl.py`
      loraKernels: "on",
      checkpointing: "offload",
    },
    traits: unslothTraits,
  },
  {
    name: "qwen-2023",
    stack: "Qwen's finetune.py of 2023, transformers 4.32, its own modelling code",
    settings: { ...settings, dropout: 0.05, kbitPrepare: true, checkpointing: "on", attention: "flash" },
    // Bytes per logit, all in 16 bits: logits, shifted copy, log-softmax, gradient.
    traits: {
      ...traits2024,
      logitBytes: { full: 8, chunked: 0, fused: 0 },
      heldLogitBytes: 0,
      kbitSkipsGptq: false,
      kbitResidual: false,
      autocast: true,
    },
  },
  { name: "torchtune", stack: "torchtune ≥ 0.4", settings: torchtune, traits: torchtuneTraits },
  {
    name: "torchtune-2024",
    stack: "torchtune 0.1, full loss in fp32",
    settings: { ...torchtune, loss: "full", packing: false },
    // Bytes per logit: the loop keeps logits and a shifted copy.
    traits: { ...torchtuneTraits, logitBytes: { ...torchtuneTraits.logitBytes, full: 18 } },
  },
  {
    name: "litgpt",
    stack: "litgpt ≥ 0.3, bf16-true",
    settings: litgpt,
    traits: litgptTraits,
  },
  {
    name: "litgpt-2023",
    stack: "lit-gpt of 2023, bf16-true, bitsandbytes 0.41",
    settings: { ...litgpt, bnbVersion: "0.41.0" },
    // Its first pass has the longest text, with no pass before it. Source: lit-gpt of 2023-10, `get_batch`
    traits: { ...litgptTraits, holdsFormerPass: false },
  },
];

/** Settings of a stack on a base, before any that is stated. */
export function settingsOn(
  { settings, onQuantized }: Pick<Profile, "settings" | "onQuantized">,
  base: BaseFormatName,
): StackSettings {
  return ["int8", "nf4", "nf4-dq"].includes(base) ? { ...settings, ...onQuantized } : settings;
}

/** Profile by name. Throws E_PROFILE for an unknown name. */
export function profileOf(name: string): Profile {
  const found = profiles.find((profile) => profile.name === name);
  if (found) return found;
  throw new InputError(
    "E_PROFILE",
    `profile must be one of ${profileNames.join(", ")}, got ${JSON.stringify(name)}`,
  );
}
