import type { Adapted, Keys, Parts } from "./tool.ts";
import { type Entry, pythonCall, pythonValue, type Recipe, type Values } from "./writing.ts";

/** Keys in `LoraConfig`. Source: peft 0.21.2 */
export const peftKeys = {
  taskType: "task_type",
  rank: "r",
  alpha: "lora_alpha",
  rslora: "use_rslora",
  dora: "use_dora",
  dropout: "lora_dropout",
  targets: "target_modules",
  rankPattern: "rank_pattern",
  alphaPattern: "alpha_pattern",
} as const satisfies Keys;

/** Keys in `TrainingArguments`, accepted by TRL's SFTConfig and LLaMA-Factory. Source: transformers 5.24.0 */
export const trainerKeys = {
  optimizer: "optim",
  learningRate: "learning_rate",
  epochs: "num_train_epochs",
  microBatch: "per_device_train_batch_size",
  accumulation: "gradient_accumulation_steps",
  warmup: "warmup_steps",
  schedule: "lr_scheduler_type",
  weightDecay: "weight_decay",
  clip: "max_grad_norm",
} as const satisfies Keys;

/** Recipe for a Python script, with comments on settings outside `LoraConfig` and `TrainingArguments`. */
export function adaptForPython({ quantization }: Recipe, { loraPlus, ...values }: Values): Adapted {
  const { format, doubleQuant = false } = quantization ?? {};
  const remarks = [
    ...(quantization
      ? [
          `The base was in 4 bits: BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="${format}", ` +
            `bnb_4bit_use_double_quant=${pythonValue(doubleQuant)})`,
        ]
      : []),
    ...(values.warmup
      ? ["warmup_steps below 1 is a share of all steps; transformers before 5 calls it warmup_ratio."]
      : []),
    ...(loraPlus === undefined
      ? []
      : [
          `LoRA+: create_loraplus_optimizer of peft.optimizers, with loraplus_lr_ratio=${loraPlus}, makes the optimiser.`,
        ]),
  ];
  return { values, remarks };
}

export const sft = { library: "trl", trainer: "SFTConfig" } as const;

export function pythonScript(
  { library, trainer }: { readonly library: string; readonly trainer: string },
  [adapterImport, ...adapter]: readonly string[],
  training: Parts["training"],
): string[] {
  const isKnown = training.length > 0;
  return [
    adapterImport!,
    ...(isKnown ? [`from ${library} import ${trainer}`] : []),
    "",
    ...adapter,
    ...(isKnown
      ? ["", ...pythonCall(`training_args = ${trainer}`, [["output_dir", "out"], ...training])]
      : []),
  ];
}

export function loraConfig(lora: readonly Entry[]): string[] {
  return ["from peft import LoraConfig", ...pythonCall("lora_config = LoraConfig", lora)];
}
