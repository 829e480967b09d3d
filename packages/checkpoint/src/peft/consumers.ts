import type { PeftAdapter } from "./adapter.ts";

/** What one program makes of an adapter that it cannot read as it is. */
export interface ConsumerWarning {
  readonly consumer: "vLLM" | "llama.cpp" | "mlx-lm" | "PEFT";
  readonly problem: string;
}

const VLLM_DEFAULT_RANK = 16; // --max-lora-rank

/** Names what goes wrong, silently or not, in the programs that serve adapters. Empty when nothing is known to. */
export function consumerWarnings(adapter: PeftAdapter): ConsumerWarning[] {
  const { rank, alpha, scalingRule, dora, heads, layers, baseModel, taskType } = adapter;
  const warnings: ConsumerWarning[] = [];
  const warn = (consumer: ConsumerWarning["consumer"], problem: string) =>
    warnings.push({ consumer, problem });
  const all = [...layers.values()];
  const others = all.filter((layer) => layer.loraA.shape[0] !== rank || layer.alpha !== alpha).length;
  const otherAlphas = all.filter((layer) => layer.alpha !== alpha).length;
  const largest = Math.max(rank, ...all.map(({ loraA }) => loraA.shape[0]));

  if (dora) warn("vLLM", "refuses DoRA");
  if (heads.size > 0)
    warn(
      "vLLM",
      `refuses modules_to_save (${heads.size} trained ${heads.size === 1 ? "tensor" : "tensors"} of a head)`,
    );
  if (others > 0)
    warn("vLLM", `ignores rank_pattern and alpha_pattern: ${counted(others)} would be scaled wrongly`);
  if (largest > VLLM_DEFAULT_RANK)
    warn(
      "vLLM",
      `takes ranks up to ${VLLM_DEFAULT_RANK} unless started with --max-lora-rank ${largest} or more`,
    );

  if (scalingRule === "rslora")
    warn("llama.cpp", "reads alpha / rank: the update of rsLoRA comes out too small by √rank");
  if (otherAlphas > 0)
    warn("llama.cpp", `ignores alpha_pattern: ${counted(otherAlphas)} would be scaled wrongly`);
  if (dora) warn("llama.cpp", "fails on DoRA's magnitudes");
  if (heads.size > 0) warn("llama.cpp", "fails on tensors that are no LoRA, such as the trained head");
  if (baseModel === "") warn("llama.cpp", "needs the base model's name, which the config does not give");

  warn("mlx-lm", "reads its own format only: merge the adapter into its base instead");

  if (baseModel === "") warn("PEFT", "cannot find the base by itself: the config names none");
  if (taskType === null)
    warn("PEFT", "cannot choose the model's class by itself: the config names no task_type");
  return warnings;
}

function counted(layers: number): string {
  return layers === 1 ? "1 layer" : `${layers} layers`;
}
