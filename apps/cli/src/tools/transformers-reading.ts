/** Fields from transformers' trainer, shared by several tools. */
import type { AttentionKind, Strategy } from "@lorank/core/memory";
import { notModelled, optimizerNamed } from "./reading.ts";
import { type FieldRow, type FieldValue, isRecord } from "./tool.ts";

/**
 * Optimisers by name. Source: transformers 4.57.6 and 5.13.0, `training_args.py`, `OptimizerNames`; a few from older
 * versions and Axolotl.
 */
export const transformersOptimizer = optimizerNamed({
  adamw: "adamw_torch adamw_torch_xla",
  "adamw-fused": "adamw_torch_fused adamw_torch_npu_fused adamw_apex_fused adamw_hf paged_adamw_32bit",
  "adamw-8bit": "adamw_8bit adamw_bnb_8bit adamw_torch_8bit ao_adamw_8bit",
  "paged-adamw-8bit": "paged_adamw_8bit",
  "adamw-4bit": "adamw_torch_4bit ao_adamw_4bit",
  sgd: "sgd",
  lion: "lion lion_32bit paged_lion_32bit",
  adafactor: "adafactor",
});

/**
 * Attention by transformers' name for it, or by a kernel's on the hub (`kernels-community/flash-attn`). FlexAttention
 * keeps what FlashAttention does: q, k, v, the output and a sum a row. Source: torch 2.15, `FlexAttentionAutogradOp`
 */
export function attentionNamed(raw: unknown): AttentionKind | undefined {
  if (raw === "eager" || raw === "sdpa") return raw;
  return /flash|flex|xformers|sage/.test(String(raw)) ? "flash" : undefined;
}

const offload = { unread: "keeps a part in the host's memory, which is not modelled" };
const stages = ["ddp", "zero1", "zero2", "zero3"] as const;

/**
 * DeepSpeed's stage from a config, or from a file name such as `zero3_bf16.json` and `ds_z2_config.json`. Source:
 * DeepSpeed, zero_optimization; file names in Axolotl and LLaMA-Factory
 */
export function deepspeedStage(raw: unknown): FieldValue<Strategy> {
  if (isRecord(raw)) {
    const zero = isRecord(raw.zero_optimization) ? raw.zero_optimization : {};
    const parts = [zero.offload_optimizer, zero.offload_param];
    return zeroStage(
      zero.stage ?? 0,
      parts.map((part) => (isRecord(part) ? part.device : undefined)),
    );
  }
  const name = String(raw).slice(String(raw).lastIndexOf("/") + 1);
  if (/offload|cpu/i.test(name)) return offload;
  const [, stage] = /(?:zero|z)[-_]?(?:stage[-_]?)?([0-3])(?!\d)/i.exec(name) ?? [];
  return stage === undefined ? { unread: "does not say the stage in its name" } : stages[Number(stage)];
}

/** ZeRO stage as a strategy. `devices`: offload targets for optimiser and parameters. */
export function zeroStage(stage: unknown, devices: readonly unknown[]): FieldValue<Strategy> {
  if (devices.some((device) => device !== undefined && device !== null && device !== "none")) return offload;
  return stages.find((_, each) => each === stage) ?? { must: "of ZeRO's stage 0 to 3" };
}

/**
 * Sharding strategy from `fsdp` options, a list or text. SHARD_GRAD_OP shards as ZeRO-2. Source: transformers,
 * FSDPOption
 */
function fsdpStrategy(raw: unknown): FieldValue<Strategy> {
  const options = [raw].flat().join(" ").toLowerCase();
  if (/offload/.test(options)) return offload;
  if (/hybrid/.test(options)) return notModelled("a hybrid shard");
  if (/shard_grad_op/.test(options)) return "zero2";
  if (/no_shard/.test(options)) return "ddp";
  return options === "" || raw === false ? undefined : "fsdp";
}

/** FSDP's strategies by number. Source: accelerate, `FSDP_SHARDING_STRATEGY` */
const numbered = ["full_shard", "shard_grad_op", "no_shard", "hybrid_shard", "hybrid_shard_zero2"];

/** Sharding strategy from `fsdp_config`. FSDP 2 names none: `reshard_after_forward: false` is SHARD_GRAD_OP. */
export function fsdpConfig(raw: unknown): FieldValue<Strategy> {
  if (!isRecord(raw) || Object.keys(raw).length === 0) return undefined;
  if (raw.offload_params === true || raw.fsdp_offload_params === true) return offload;
  if ([raw.fsdp_reshard_after_forward, raw.reshard_after_forward].includes(false)) return "zero2";
  const strategy = raw.fsdp_sharding_strategy;
  return strategy === undefined ? "fsdp" : fsdpStrategy(numbered[Number(strategy) - 1] ?? strategy);
}

/** Rows on sharding over several cards. Offload in `fsdp_config` also applies to `fsdp`. */
export const strategyRows: readonly FieldRow[] = [
  ["deepspeed", "strategy", deepspeedStage],
  ["fsdp_config", "strategy", fsdpConfig],
  ["fsdp", "strategy", fsdpStrategy],
];
