import type { ToolWriting } from "../tool.ts";
import { adaptForPython, peftKeys, pythonScript, sft, trainerKeys } from "../transformers-writing.ts";
import { type Entry, entryOf, pythonCall } from "../writing.ts";

const { taskType: _, ...lora } = peftKeys;

/** Writes an Unsloth script. Source: Unsloth, `FastLlamaModel.get_peft_model` */
export const writing: ToolWriting = {
  lora,
  training: trainerKeys,
  adapt: adaptForPython,
  python(recipe, parts) {
    const { model, quantization } = recipe;
    const base: Entry[] = [
      entryOf(recipe, "model", "model_name", model ?? "your model"),
      ["load_in_4bit", quantization !== undefined],
    ];
    const adapter = [
      "from unsloth import FastLanguageModel",
      ...pythonCall("model, tokenizer = FastLanguageModel.from_pretrained", base),
      ...pythonCall("model = FastLanguageModel.get_peft_model", parts.lora, ["model"]),
    ];
    return pythonScript(sft, adapter, parts.training);
  },
};
