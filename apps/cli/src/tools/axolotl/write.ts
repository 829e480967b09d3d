import type { ToolWriting } from "../tool.ts";
import { trainerKeys } from "../transformers-writing.ts";

export const writing: ToolWriting = {
  wholeAlpha: true,
  lora: {
    model: "base_model",
    rank: "lora_r",
    alpha: "lora_alpha",
    rslora: "peft_use_rslora",
    dora: "peft_use_dora",
    dropout: "lora_dropout",
    targets: "lora_target_modules",
    rankPattern: "lora_rank_pattern",
    alphaPattern: "lora_alpha_pattern",
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
  adapt({ quantization }, values) {
    if (quantization === undefined) return { values, lora: [["adapter", "lora"]] };
    return {
      values,
      lora: [
        ["adapter", "qlora"],
        ["load_in_4bit", true],
        ["bnb_config_kwargs.bnb_4bit_quant_type", quantization.format],
        ["bnb_config_kwargs.bnb_4bit_use_double_quant", quantization.doubleQuant ?? false],
      ],
    };
  },
};
