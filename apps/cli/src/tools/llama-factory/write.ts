import type { ToolWriting } from "../tool.ts";
import { trainerKeys } from "../transformers-writing.ts";

export const writing: ToolWriting = {
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
  adapt({ quantization, targetModules }, values) {
    const { format, doubleQuant = false } = quantization ?? {};
    return {
      values: { ...values, targets: targetModules?.join(",") },
      lora: [
        ["stage", "sft"],
        ["finetuning_type", "lora"],
        ...(format === undefined
          ? []
          : ([
              ["quantization_bit", 4],
              ["quantization_type", format],
              ["double_quantization", doubleQuant],
            ] as const)),
      ],
    };
  },
};
