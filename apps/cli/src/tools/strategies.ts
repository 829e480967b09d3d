/** Readers of what several cards share, in the words of transformers' trainer and of the tools on it. */
import type { Strategy } from "@lorank/core/memory";
import { notModelled } from "./reading.ts";
import { type FieldRow, type FieldValue, isRecord } from "./tool.ts";

const offload = { unread: "keeps a part in the host's memory, which is not modelled" };
const stages = ["ddp", "zero1", "zero2", "zero3"] as const;

/**
 * DeepSpeed's stage: from its config, or from the name of its file as in `zero3_bf16.json` and `ds_z2_config.json`.
 *
 * Source: DeepSpeed, zero_optimization; names of the files that Axolotl and LLaMA-Factory hold
 */
function deepspeedStage(raw: unknown): FieldValue<Strategy> {
  if (isRecord(raw)) {
    const zero = isRecord(raw.zero_optimization) ? raw.zero_optimization : {};
    if (isOffloading(zero.offload_optimizer) || isOffloading(zero.offload_param)) return offload;
    return (
      stages.find((_, stage) => stage === (zero.stage ?? 0)) ?? { must: "of zero_optimization.stage 0 to 3" }
    );
  }
  const name = String(raw).slice(String(raw).lastIndexOf("/") + 1);
  if (/offload|cpu/i.test(name)) return offload;
  const [, stage] = /(?:zero|z)[-_]?(?:stage[-_]?)?([0-3])(?!\d)/i.exec(name) ?? [];
  return stage === undefined ? { unread: "does not say the stage in its name" } : stages[Number(stage)];
}

function isOffloading(value: unknown): boolean {
  return isRecord(value) && value.device !== "none";
}

/** FSDP's options, as a list or a text. SHARD_GRAD_OP shares what ZeRO-2 does. Source: transformers, FSDPOption */
function fsdpStrategy(raw: unknown): FieldValue<Strategy> {
  const options = [raw].flat().join(" ");
  if (/offload/.test(options)) return offload;
  if (/hybrid/.test(options)) return notModelled("a hybrid shard");
  if (/shard_grad_op/.test(options)) return "zero2";
  if (/no_shard/.test(options)) return "ddp";
  return options === "" || raw === false ? undefined : "fsdp";
}

function fsdpConfig(raw: unknown): FieldValue<Strategy> {
  if (!isRecord(raw) || Object.keys(raw).length === 0) return undefined;
  if (raw.offload_params === true || raw.fsdp_offload_params === true) return offload;
  const strategy = raw.fsdp_sharding_strategy;
  return strategy === undefined ? "fsdp" : fsdpStrategy(String(strategy).toLowerCase());
}

/** Rows on what several cards share. Offload in `fsdp_config` holds for `fsdp` too. */
export const strategyRows: readonly FieldRow[] = [
  ["deepspeed", "strategy", deepspeedStage],
  ["fsdp_config", "strategy", fsdpConfig],
  ["fsdp", "strategy", fsdpStrategy],
];
