import { tools } from "../memory/training-configs/detect.ts";
import type { ConfigTool } from "../settings/table.ts";
import type { ValueName } from "./recipe.ts";

export type Keys = { readonly [Name in ValueName]?: string };

export interface Dialect {
  /** As people call it, with the release whose keys these are. */
  readonly name: string;
  /** Whether lora_alpha must be a whole number. */
  readonly wholeAlpha?: true;
  /** In the order in which they are written. */
  readonly lora: Keys;
  readonly training: Keys;
}

const peftKeys = {
  taskType: "task_type",
  rank: "r",
  alpha: "lora_alpha",
  rslora: "use_rslora",
  dora: "use_dora",
  dropout: "lora_dropout",
  targets: "target_modules",
};
// transformers' TrainingArguments, which TRL's SFTConfig and LLaMA-Factory take too.
const trainerKeys = {
  optimizer: "optim",
  learningRate: "learning_rate",
  epochs: "num_train_epochs",
  microBatch: "per_device_train_batch_size",
  accumulation: "gradient_accumulation_steps",
  warmup: "warmup_steps",
  schedule: "lr_scheduler_type",
  weightDecay: "weight_decay",
  clip: "max_grad_norm",
};
const named = (tool: keyof typeof tools): string => `${tools[tool].name} ${tools[tool].version}`;

/**
 * What each tool calls a value. What it has no key for is missing. The keys are those that `memory` reads in these tools'
 * configs; a test holds them together.
 *
 * Source: peft, torchtune, llamafactory and axolotl in the releases of `tools`; trl 1.16.0, `SFTConfig`, with
 * transformers 5.24.0; Unsloth, `FastLlamaModel.get_peft_model`
 */
export const dialects: Readonly<Record<ConfigTool, Dialect>> = {
  peft: { name: named("peft"), lora: peftKeys, training: trainerKeys },
  trl: { name: "TRL 1.16.0", lora: peftKeys, training: trainerKeys },
  unsloth: { name: "Unsloth", lora: peftKeys, training: trainerKeys },
  axolotl: {
    name: named("axolotl"),
    wholeAlpha: true,
    lora: {
      model: "base_model",
      rank: "lora_r",
      alpha: "lora_alpha",
      rslora: "peft_use_rslora",
      dora: "peft_use_dora",
      dropout: "lora_dropout",
      targets: "lora_target_modules",
    },
    training: {
      ...trainerKeys,
      optimizer: "optimizer",
      epochs: "num_epochs",
      microBatch: "micro_batch_size",
      warmup: "warmup_ratio",
      schedule: "lr_scheduler",
      loraPlus: "loraplus_lr_ratio",
    },
  },
  "llama-factory": {
    name: named("llama-factory"),
    wholeAlpha: true,
    lora: {
      model: "model_name_or_path",
      rank: "lora_rank",
      alpha: "lora_alpha",
      rslora: "use_rslora",
      dora: "use_dora",
      dropout: "lora_dropout",
      targets: "lora_target",
    },
    training: { ...trainerKeys, warmup: "warmup_ratio", loraPlus: "loraplus_lr_ratio" },
  },
  torchtune: {
    name: named("torchtune"),
    lora: {
      model: "model._component_",
      rank: "model.lora_rank",
      alpha: "model.lora_alpha",
      dora: "model.use_dora",
      dropout: "model.lora_dropout",
      targets: "model.lora_attn_modules",
    },
    training: {
      optimizer: "optimizer._component_",
      learningRate: "optimizer.lr",
      weightDecay: "optimizer.weight_decay",
      epochs: "epochs",
      microBatch: "batch_size",
      accumulation: "gradient_accumulation_steps",
      schedule: "lr_scheduler._component_",
      warmup: "lr_scheduler.num_warmup_steps",
      clip: "clip_grad_norm",
    },
  },
};
