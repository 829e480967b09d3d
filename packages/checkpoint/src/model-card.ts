import type { PeftAdapter } from "./peft-adapter.ts";
import { printable } from "./text.ts";

/** The `README.md` of an adapter folder, with the front matter by which model hubs sort it. */
export function modelCard(adapter: PeftAdapter): string {
  const { rank, alpha, scalingRule, baseModel, taskType, targetModules } = adapter;
  const scaling = scalingRule === "rslora" ? "alpha / √rank" : "alpha / rank";
  const load = taskType === "SEQ_CLS" ? "AutoPeftModelForSequenceClassification" : "AutoPeftModelForCausalLM";
  return `---
base_model: ${JSON.stringify(baseModel)}
library_name: peft
tags:
- lora
- lorank
---

# LoRA adapter, rank ${rank}

- Base model: ${printable(baseModel)}
- Rank ${rank}, alpha ${alpha}, scaling ${scaling}
- Target modules: ${[...targetModules].sort().map(printable).join(", ")}
- Task: ${taskType}

Load it with \`peft.${load}.from_pretrained(<this folder>)\`.
`;
}
