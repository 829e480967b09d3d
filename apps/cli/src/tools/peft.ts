import { count, peftTargets, share, text } from "./reading.ts";
import type { Tool } from "./tool.ts";
import { adaptForPython, loraConfig, peftKeys, pythonScript, trainerKeys } from "./transformers.ts";

/** PEFT's `adapter_config.json`, and a script. Source: peft 0.21.2, `config.py` and `tuners/lora/config.py`. */
export const peft: Tool = {
  name: "PEFT",
  version: "0.21.2",
  reading: {
    defaultsOf: "PEFT",
    profile: "peft",
    file: "adapter_config.json",
    keys: ["peft_type", "target_modules"],
    lookalikes: "eva_config use_rslora",
    rows: [
      ["peft_type", "method", (raw) => (raw === "LORA" ? "lora" : { must: "LORA" })],
      ["target_modules", "method", () => "lora" as const],
      ["base_model_name_or_path", "model", text],
      ["r", "rank", count, 8],
      ["lora_dropout", "dropout", share, 0],
      ["use_dora", "variant", { true: "dora" }],
      [
        "target_modules",
        "targets",
        peftTargets,
        { unread: "without target_modules they depend on the model" },
      ],
    ],
    remarks: [[{}, "", "the file does not say the base's format, the batch, the length or the optimiser"]],
    notCounted: [],
  },
  writing: {
    lora: peftKeys,
    training: trainerKeys,
    namesTask: true,
    adapt: adaptForPython,
    python: (_, { lora, training }) =>
      pythonScript({ library: "transformers", trainer: "TrainingArguments" }, loraConfig(lora), training),
  },
};
