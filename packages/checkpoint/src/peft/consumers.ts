import { formatDecimalBytes, kindOf } from "@lorank/core";
import type { PeftAdapter } from "./adapter.ts";

/** What one program makes of an adapter that it cannot read as it is. */
export interface ConsumerWarning {
  readonly consumer: "vLLM" | "llama.cpp" | "mlx-lm" | "PEFT";
  readonly problem: string;
}

// What vLLM's --max-lora-rank may be. Source: MaxLoRARanks in its vllm/config/lora.py; older releases know no 1.
const VLLM_RANKS = [1, 8, 16, 32, 64, 128, 256, 320, 512] as const;
const VLLM_DEFAULT_RANK = 16;
const VLLM_BYTES = 2; // of an element: vLLM keeps adapters in the type of the base, 16 bits as a rule

/** The smallest --max-lora-rank with which vLLM serves an adapter of `rank`; undefined above its largest. */
export function vllmMaxLoraRank(rank: number): number | undefined {
  return VLLM_RANKS.find((most) => most >= rank);
}

/**
 * What vLLM makes of ranks that are none of its --max-lora-rank values, in a line; undefined where all are. It makes room
 * for --max-loras adapters when it starts, each of max_lora_rank · Σ (in + out) elements, whatever their own ranks.
 *
 * @param sizePerRank Σ (in + out) over the adapter's layers.
 */
export function vllmRankNote(ranks: readonly number[], sizePerRank: number): string | undefined {
  const others = ranks.filter((rank) => rank > 0 && !VLLM_RANKS.some((most) => most === rank));
  if (others.length === 0) return undefined;
  const size = (rank: number) => formatDecimalBytes(rank * sizePerRank * VLLM_BYTES);
  const needs = others.map((rank) => {
    const slot = vllmMaxLoraRank(rank);
    if (slot === undefined) return `rank ${rank} is too large for it`;
    return `rank ${rank} needs ${slot}, ${size(slot)} for each of --max-loras instead of ${size(rank)}`;
  });
  return (
    `vLLM's --max-lora-rank is one of ${VLLM_RANKS.join(", ")}: ${needs.join("; ")} ` +
    "(max_lora_rank × Σ (in + out) × 2 bytes over these layers)."
  );
}

/** Names what goes wrong, silently or not, in the programs that serve adapters. Empty when nothing is known to. */
export function consumerWarnings(adapter: PeftAdapter): ConsumerWarning[] {
  const { rank, alpha, scalingRule, heads, layers, baseModel, taskType } = adapter;
  const { problems } = kindOf(adapter);
  const warnings: ConsumerWarning[] = [];
  const warn = (consumer: ConsumerWarning["consumer"], problem: string) =>
    warnings.push({ consumer, problem });
  const all = [...layers.values()];
  const others = all.filter((layer) => layer.loraA.shape[0] !== rank || layer.alpha !== alpha).length;
  const otherAlphas = all.filter((layer) => layer.alpha !== alpha).length;
  const largest = Math.max(rank, ...all.map(({ loraA }) => loraA.shape[0]));

  if (problems.vLLM !== undefined) warn("vLLM", problems.vLLM);
  if (heads.size > 0)
    warn(
      "vLLM",
      `refuses modules_to_save (${heads.size} trained ${heads.size === 1 ? "tensor" : "tensors"} of a head)`,
    );
  if (others > 0)
    warn("vLLM", `ignores rank_pattern and alpha_pattern: ${counted(others)} would be scaled wrongly`);
  const served = vllmMaxLoraRank(largest);
  if (served === undefined) warn("vLLM", `takes ranks up to ${VLLM_RANKS.at(-1)}`);
  else if (served > VLLM_DEFAULT_RANK)
    warn("vLLM", `takes ranks up to ${VLLM_DEFAULT_RANK} unless started with --max-lora-rank ${served}`);

  if (scalingRule === "rslora")
    warn("llama.cpp", "reads alpha / rank: the update of rsLoRA comes out too small by √rank");
  if (otherAlphas > 0)
    warn("llama.cpp", `ignores alpha_pattern: ${counted(otherAlphas)} would be scaled wrongly`);
  if (problems["llama.cpp"] !== undefined) warn("llama.cpp", problems["llama.cpp"]);
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
