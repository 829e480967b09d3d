import { assertRank, formatDecimalBytes, InputError, kindOf } from "@lorank/core";
import { truncateLora } from "@lorank/core/spectrum";
import { type LoraLayer, layerScaling, type Matrix, type PeftAdapter } from "./adapter.ts";

export interface PortableOptions {
  /** Keep layers trained whole, which vLLM and llama.cpp cannot read (default false). */
  readonly keepHeads?: boolean;
}

/**
 * Adapter with the same update in the form that most programs read: one rank, padded by rows of zeros, and alpha =
 * rank. The scaling is in B; there is no rsLoRA, no pattern, and unless `keepHeads` no head.
 *
 * @throws InputError E_PEFT for a kind without such a form.
 */
export function portableAdapter(
  adapter: PeftAdapter,
  { keepHeads = false }: PortableOptions = {},
): PeftAdapter {
  assertPortable(adapter, "a portable adapter");
  const rank = Math.max(...[...adapter.layers.values()].map(({ loraA }) => loraA.shape[0]));
  const layers = [...adapter.layers].map(([path, { loraA, loraB }]): [string, LoraLayer] => [
    path,
    {
      loraA: withRows(loraA, rank),
      loraB: withColumns(loraB, rank, layerScaling(adapter, path)),
      alpha: rank,
    },
  ]);
  return {
    ...adapter,
    rank,
    alpha: rank,
    scalingRule: "lora",
    layers: new Map(layers),
    heads: keepHeads ? adapter.heads : new Map(),
  };
}

/** Throws E_PEFT for a kind of adapter that is more than A and B, such as DoRA. */
export function assertPortable(adapter: PeftAdapter, what: string): void {
  const { name, unportable } = kindOf(adapter);
  if (unportable === undefined) return;
  throw new InputError(
    "E_PEFT",
    `${what} must be without ${name}, got one with ${unportable}\nMerge it into its base instead.`,
  );
}

function withRows({ shape: [, columns], data }: Matrix, rows: number): Matrix {
  const padded = new Float32Array(rows * columns);
  padded.set(data);
  return { shape: [rows, columns], data: padded };
}

function withColumns({ shape: [rows, own], data }: Matrix, columns: number, factor: number): Matrix {
  const padded = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < own; j++) padded[i * columns + j] = factor * data[i * own + j]!;
  }
  return { shape: [rows, columns], data: padded };
}

/** Truncation error in one layer: Frobenius distance between the truncated and the whole update. */
export interface LayerError {
  /** Error ‖ΔW − ΔW_k‖_F. */
  readonly error: number;
  /** Norm of the whole update, ‖ΔW‖_F. */
  readonly norm: number;
}

export interface TruncatedAdapter {
  readonly adapter: PeftAdapter;
  readonly errors: ReadonlyMap<string, LayerError>;
}

/**
 * Truncates an adapter to `rank`: the nearest update, layer by layer; layers with a lower rank keep theirs. Alpha
 * becomes the rank: the scaling is in the factors. Heads stay, and magnitudes, which then normalise the truncated
 * update: it is optimal for the low-rank part.
 *
 * @throws InputError E_RANK when `rank` is above the adapter's own.
 */
export function truncateAdapter(adapter: PeftAdapter, rank: number): TruncatedAdapter {
  assertRank(rank);
  const own = Math.max(...[...adapter.layers.values()].map(({ loraA }) => loraA.shape[0]));
  if (rank > own)
    throw new InputError("E_RANK", `rank must be at most the adapter's own, ${own}, got ${rank}`);
  const layers = new Map<string, LoraLayer>();
  const errors = new Map<string, LayerError>();
  for (const [path, layer] of adapter.layers) {
    const newRank = Math.min(rank, layer.loraA.shape[0]);
    const { loraA, loraB, error, spectrum } = truncateLora(
      { ...layer, scaling: layerScaling(adapter, path) },
      newRank,
    );
    layers.set(path, { ...layer, loraA, loraB, alpha: newRank });
    errors.set(path, { error, norm: spectrum.frobeniusNorm });
  }
  return { adapter: { ...adapter, rank, alpha: rank, scalingRule: "lora", layers }, errors };
}

/** Fault of a program with an adapter: it refuses the adapter, reads it wrongly, or needs a setting. */
export interface ConsumerWarning {
  readonly consumer: "vLLM" | "llama.cpp" | "mlx-lm" | "PEFT";
  readonly problem: string;
}

// Values that vLLM's --max-lora-rank accepts. Source: MaxLoRARanks in vllm/config/lora.py; older releases lack 1.
const VLLM_RANKS = [1, 8, 16, 32, 64, 128, 256, 320, 512] as const;
const VLLM_DEFAULT_RANK = 16;
const VLLM_BYTES = 2; // vLLM keeps adapters in the base's type, usually 16 bits

function vllmMaxLoraRank(rank: number): number | undefined {
  return VLLM_RANKS.find((most) => most >= rank);
}

export interface PlannedRanks {
  readonly ranks: readonly number[];
  /** Adapter elements per rank: Σ (in + out) over the layers. */
  readonly sizePerRank: number;
}

/**
 * Note on ranks that are no --max-lora-rank value. vLLM reserves room for --max-loras adapters with max_lora_rank · Σ
 * (in + out) elements, whatever their own ranks. Undefined where vLLM has the ranks, and for what it does not serve:
 * DoRA, a trained head, a model that writes no text.
 */
export function vllmRankNote(served: PeftAdapter | PlannedRanks): string | undefined {
  if ("ranks" in served) return rankNote(served);
  if (!writesText(served) || refusals(served).vLLM !== undefined) return undefined;
  const layers = [...served.layers.values()];
  const sizePerRank = layers.reduce((sum, { loraA, loraB }) => sum + loraA.shape[1] + loraB.shape[0], 0);
  return rankNote({ ranks: [largestRank(served)], sizePerRank });
}

function rankNote({ ranks, sizePerRank }: PlannedRanks): string | undefined {
  const others = ranks.filter((rank) => rank > 0 && !VLLM_RANKS.some((most) => most === rank));
  if (others.length === 0) return undefined;
  const size = (rank: number) => formatDecimalBytes(rank * sizePerRank * VLLM_BYTES);
  const needs = others.map((rank) => {
    const slot = vllmMaxLoraRank(rank);
    if (slot === undefined) return `rank ${rank} is too large for it`;
    return `rank ${rank} needs ${slot}, ${size(slot)} for each of --max-loras instead of ${size(rank)}`;
  });
  return `vLLM's --max-lora-rank is one of ${VLLM_RANKS.join(", ")}: ${needs.join("; ")}.`;
}

/**
 * Faults, silent or not, in programs that may serve this adapter. A program that refuses the adapter has no other
 * warning.
 */
export function consumerWarnings(adapter: PeftAdapter): ConsumerWarning[] {
  const { rank, alpha, scalingRule, layers, baseModel, taskType } = adapter;
  const warnings: ConsumerWarning[] = [];
  const warn = (consumer: ConsumerWarning["consumer"], problem: string) =>
    warnings.push({ consumer, problem });
  const all = [...layers.values()];
  const others = all.filter((layer) => layer.loraA.shape[0] !== rank || layer.alpha !== alpha).length;
  const otherAlphas = all.filter((layer) => layer.alpha !== alpha).length;
  const refused = refusals(adapter);

  if (refused.vLLM !== undefined) warn("vLLM", refused.vLLM);
  else if (writesText(adapter)) {
    if (others > 0)
      warn("vLLM", `ignores rank_pattern and alpha_pattern: ${layersOf(others)} would be scaled wrongly`);
    const served = vllmMaxLoraRank(largestRank(adapter));
    if (served === undefined) warn("vLLM", `takes ranks up to ${VLLM_RANKS.at(-1)}`);
    else if (served > VLLM_DEFAULT_RANK)
      warn("vLLM", `takes ranks up to ${VLLM_DEFAULT_RANK} unless started with --max-lora-rank ${served}`);
  }

  if (refused["llama.cpp"] !== undefined) warn("llama.cpp", refused["llama.cpp"]);
  else {
    if (scalingRule === "rslora")
      warn("llama.cpp", "reads alpha / rank: the update of rsLoRA comes out too small by √rank");
    if (otherAlphas > 0)
      warn("llama.cpp", `ignores alpha_pattern: ${layersOf(otherAlphas)} would be scaled wrongly`);
    if (baseModel === "") warn("llama.cpp", "needs the base model's name, which the config does not give");
  }

  if (writesText(adapter))
    warn("mlx-lm", "reads its own format only: merge the adapter into its base instead");

  if (baseModel === "") warn("PEFT", "cannot find the base by itself: the config names none");
  if (taskType === null)
    warn("PEFT", "cannot choose the model's class by itself: the config names no task_type");
  return warnings;
}

/** True if the model may write text; a config without a task counts as such. */
function writesText({ taskType }: PeftAdapter): boolean {
  return taskType === "CAUSAL_LM" || taskType === null;
}

function refusals(adapter: PeftAdapter): ReturnType<typeof kindOf>["problems"] {
  const { size } = adapter.heads;
  if (size === 0) return kindOf(adapter).problems;
  return {
    vLLM: `refuses modules_to_save (${size} trained ${size === 1 ? "tensor" : "tensors"} of a head)`,
    "llama.cpp": "fails on tensors that are no LoRA, such as the trained head",
    ...kindOf(adapter).problems,
  };
}

function largestRank({ rank, layers }: PeftAdapter): number {
  return Math.max(rank, ...[...layers.values()].map(({ loraA }) => loraA.shape[0]));
}

function layersOf(layers: number): string {
  return layers === 1 ? "1 layer" : `${layers} layers`;
}
