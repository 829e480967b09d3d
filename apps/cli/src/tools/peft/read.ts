import { count, modulesToSave, peftTargets, share, text } from "../reading.ts";
import type { ToolReading } from "../tool.ts";

/** Reads PEFT's `adapter_config.json`. Source: peft 0.21.2, `config.py` and `tuners/lora/config.py` */
export const reading: ToolReading = {
  defaultsOf: "PEFT",
  profile: "peft",
  keys: ["peft_type", "target_modules"],
  lookalikes: "eva_config use_rslora",
  rows: [
    ["peft_type", "method", (raw) => (raw === "LORA" ? "lora" : { must: "LORA" })],
    ["target_modules", "method", () => "lora" as const],
    ["base_model_name_or_path", "model", text],
    ["r", "rank", count, 8],
    ["lora_dropout", "dropout", share, 0],
    ["use_dora", "variant", { true: "dora" }],
    ["modules_to_save", "trainedModules", modulesToSave],
    ["target_modules", "targets", peftTargets, { unread: "without target_modules they depend on the model" }],
  ],
  remarks: [[{}, "", "the file does not say the base's format, the batch, the length or the optimiser"]],
  notCounted: [],
};
