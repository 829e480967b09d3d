import type { ToolWriting } from "../tool.ts";
import {
  adaptForPython,
  loraConfig,
  peftKeys,
  pythonScript,
  sft,
  trainerKeys,
} from "../transformers-writing.ts";

/** Writes a TRL script. Source: trl 1.16.0, `SFTConfig`, with transformers 5.24.0. */
export const writing: ToolWriting = {
  lora: peftKeys,
  training: trainerKeys,
  adapt(recipe, values) {
    const adapted = adaptForPython(recipe, values);
    return values.taskType === undefined
      ? adapted
      : { ...adapted, values: { ...adapted.values, taskType: "CAUSAL_LM" } };
  },
  python: (_, { lora, training }) => pythonScript(sft, loraConfig(lora), training),
};
