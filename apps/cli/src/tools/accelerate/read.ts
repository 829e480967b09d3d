import type { Strategy } from "@lorank/core/memory";
import { areSeveral, count, notModelled, when } from "../reading.ts";
import { type FieldValue, isRecord, type ToolReading } from "../tool.ts";
import { deepspeedStage, fsdpConfig, zeroStage } from "../transformers-reading.ts";

/** Sharding strategy from the DeepSpeed plugin's fields, or from its config. */
function deepspeedPlugin(raw: unknown): FieldValue<Strategy> {
  if (!isRecord(raw)) return undefined;
  if (raw.deepspeed_config_file !== undefined) return deepspeedStage(raw.deepspeed_config_file);
  return zeroStage(raw.zero_stage ?? 2, [raw.offload_optimizer_device, raw.offload_param_device]);
}

/**
 * Reading of the file that `accelerate config` writes: strategy for several cards. Source: accelerate 1.14,
 * `commands/config`, `utils/dataclasses.py`.
 */
export const reading: ToolReading = {
  defaultsOf: "accelerate",
  keys: ["distributed_type", "compute_environment"],
  lookalikes: "fp8_config",
  rows: [
    [
      "distributed_type",
      "strategy",
      { MULTI_GPU: "ddp", "FSDP DEEPSPEED NO": undefined, MEGATRON_LM: notModelled("a way to share") },
    ],
    ["num_processes", "cards", count],
    ...when({ distributed_type: "FSDP" }, [["fsdp_config", "strategy", fsdpConfig, "fsdp"]]),
    ...when({ distributed_type: "FSDP", "fsdp_config.fsdp_activation_checkpointing": true }, [
      ["fsdp_config.fsdp_activation_checkpointing", "checkpointing", { true: "on" }],
    ]),
    ...when({ distributed_type: "DEEPSPEED" }, [["deepspeed_config", "strategy", deepspeedPlugin, "zero2"]]),
    [
      "deepspeed_config.gradient_accumulation_steps",
      "accumulation",
      (raw) => (raw === "auto" ? undefined : areSeveral(raw)),
    ],
  ],
  remarks: [[{}, "", "the file does not say the model, the adapter, the batch or the length"]],
  notCounted: [],
};
