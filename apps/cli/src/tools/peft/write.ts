import type { ToolWriting } from "../tool.ts";
import { adaptForPython, loraConfig, peftKeys, pythonScript, trainerKeys } from "../transformers-writing.ts";

export const writing: ToolWriting = {
  lora: peftKeys,
  training: trainerKeys,
  namesTask: true,
  adapt: adaptForPython,
  python: (_, { lora, training }) =>
    pythonScript({ library: "transformers", trainer: "TrainingArguments" }, loraConfig(lora), training),
};
