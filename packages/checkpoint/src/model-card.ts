import type { PeftAdapter, PeftTaskType } from "./peft-adapter.ts";
import { printable } from "./text.ts";

const LOADERS: Readonly<Record<PeftTaskType, string>> = {
  SEQ_CLS: "AutoPeftModelForSequenceClassification",
  CAUSAL_LM: "AutoPeftModelForCausalLM",
  SEQ_2_SEQ_LM: "AutoPeftModelForSeq2SeqLM",
  TOKEN_CLS: "AutoPeftModelForTokenClassification",
  QUESTION_ANS: "AutoPeftModelForQuestionAnswering",
  FEATURE_EXTRACTION: "AutoPeftModelForFeatureExtraction",
};

/** The `README.md` of an adapter folder, with the front matter by which model hubs sort it. */
export function modelCard(adapter: PeftAdapter): string {
  const { rank, alpha, scalingRule, dora, baseModel, taskType, targetModules, layers } = adapter;
  const scaling = scalingRule === "rslora" ? "alpha / √rank" : "alpha / rank";
  const load =
    taskType === null ? "PeftModel.from_pretrained(<base>, " : `${LOADERS[taskType]}.from_pretrained(`;
  const some = [...layers.values()].some((layer) => layer.loraA.shape[0] !== rank || layer.alpha !== alpha);
  return `---
base_model: ${JSON.stringify(baseModel)}
library_name: peft
tags:
- lora
- lorank
---

# LoRA adapter, rank ${rank}

- Base model: ${printable(baseModel)}
- Rank ${rank}, alpha ${alpha}, scaling ${scaling}${some ? ", with other ranks or alphas for some layers" : ""}${dora ? ", DoRA" : ""}
- Target modules: ${[...targetModules].sort().map(printable).join(", ")}
- Task: ${taskType ?? "not named"}

Load it with \`peft.${load}<this folder>)\`.
`;
}
