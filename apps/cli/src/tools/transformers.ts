/** Parts of transformers and PEFT that several tools share. */
import { optimizerNamed } from "./reading.ts";
import type { Adapted, Keys, Parts } from "./tool.ts";
import { type Entry, pythonCall, pythonValue, type Recipe, type Values } from "./writing.ts";

/** Source: transformers 4.57.6 and 5.13.0, `training_args.py`, `OptimizerNames`; some of older versions and Axolotl. */
export const transformersOptimizer = optimizerNamed({
  adamw: `adamw_torch adamw_torch_fused adamw_torch_xla adamw_torch_npu_fused adamw_apex_fused
    adamw_hf paged_adamw_32bit`,
  "adamw-8bit": "adamw_8bit adamw_bnb_8bit adamw_torch_8bit ao_adamw_8bit",
  "paged-adamw-8bit": "paged_adamw_8bit",
  sgd: "sgd",
  lion: "lion lion_32bit paged_lion_32bit",
  adafactor: "adafactor",
});

/** Keys of `LoraConfig`. Source: peft 0.21.2 */
export const peftKeys = {
  taskType: "task_type",
  rank: "r",
  alpha: "lora_alpha",
  rslora: "use_rslora",
  dora: "use_dora",
  dropout: "lora_dropout",
  targets: "target_modules",
} as const satisfies Keys;

/** Keys of `TrainingArguments`, which TRL's SFTConfig and LLaMA-Factory take too. Source: transformers 5.24.0 */
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

/** Comments on what a Python script says outside these two calls. */
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

/** A script's lines: imports, the adapter, and the trainer's arguments where any are known. */
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

/** The import and the call of `LoraConfig`. */
export function loraConfig(lora: readonly Entry[]): string[] {
  return ["from peft import LoraConfig", ...pythonCall("lora_config = LoraConfig", lora)];
}
