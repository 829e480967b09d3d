import type { Tool } from "./tool.ts";
import { adaptForPython, loraConfig, peftKeys, pythonScript, trainerKeys } from "./transformers.ts";

/** The trainer of TRL and Unsloth. */
export const sft = { library: "trl", trainer: "SFTConfig" } as const;

/** A script for TRL. Source: trl 1.16.0, `SFTConfig`, with transformers 5.24.0. */
export const trl: Tool = {
  name: "TRL",
  version: "1.16.0",
  writing: {
    lora: peftKeys,
    training: trainerKeys,
    adapt(recipe, values) {
      const adapted = adaptForPython(recipe, values);
      return values.taskType === undefined
        ? adapted
        : { ...adapted, values: { ...adapted.values, taskType: "CAUSAL_LM" } };
    },
    python: (_, { lora, training }) => pythonScript(sft, loraConfig(lora), training),
  },
};
