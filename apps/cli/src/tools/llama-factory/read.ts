import {
  areSeveral,
  count,
  fourBitTypes,
  modulesToSave,
  names,
  notModelled,
  onOff,
  pagedStates,
  savedStates,
  share,
  text,
  when,
} from "../reading.ts";
import type { Convert, ToolReading } from "../tool.ts";
import { strategyRows, transformersOptimizer } from "../transformers-reading.ts";

/** Parses a list or comma-separated names; `all` is every linear layer. */
const layers: Convert<"all-linear" | readonly string[]> = (raw) => {
  const list = typeof raw === "string" ? raw.split(",").map((name) => name.trim()) : raw;
  return String(list) === "all" ? "all-linear" : names(list);
};

const bits: Convert<"int8"> = (raw) => {
  if (String(raw) === "8") return "int8";
  return String(raw) === "4" ? undefined : { must: "4 or 8 with bitsandbytes" };
};

const unset = [undefined, false];
const fourBits = ["quantization_bit", "quantization_type", "double_quantization"];
const noPreparation = { value: false, origin: "LLaMA-Factory makes no k-bit preparation" };
const attention = { auto: undefined, disabled: "eager", sdpa: "sdpa", "fa2 fa3": "flash" } as const;
const stage = { "pt sft rm ppo dpo kto": undefined };
const objectives = { "pt sft": undefined, rm: "reward", ppo: "ppo", dpo: "dpo", kto: "kto" } as const;
const preference = { orpo: "orpo", simpo: "simpo", "sigmoid hinge ipo kto_pair": undefined } as const;
const textStages = { stage: ["pt", "sft", undefined] };

function ofTrainer<const Value>(
  value: Value,
  path: string,
): { readonly value: Value; readonly origin: string } {
  return { value, origin: `transformers' default (no ${path})` };
}

/** Reads LLaMA-Factory's YAML. Source: llamafactory 0.9.5, `hparams`, `model/adapter.py`, `model/model_utils` */
export const reading: ToolReading = {
  defaultsOf: "LLaMA-Factory",
  profile: "llama-factory",
  keys: ["model_name_or_path"],
  otherKeys: [
    ...["finetuning_type", "lora_rank", "lora_target", "cutoff_len", "quantization_bit", "template", "stage"],
  ],
  lookalikes: `galore_rank galore_target gradient_checkpointing local_rank max_length oft_rank oft_target
    plot_loss use_dft_loss use_eaft_loss use_liger_kernel use_rslora vllm_maxlen`,
  rows: [
    ["model_name_or_path", "model", text],
    ["finetuning_type", "method", { lora: "lora", full: "full" }, "lora"],
    ...when({ finetuning_type: "full" }, [
      ["quantization_bit", "base", () => ({ must: "absent with finetuning_type full" })],
    ]),
    ...when(
      (fields) => fields.has("quantization_bit"),
      [["quantization_method", "base", (raw) => (raw === "bnb" ? undefined : notModelled("a format"))]],
    ),
    ...when({ quantization_method: ["bnb", undefined] }, [
      ["quantization_bit", "base", bits],
      ["quantization_bit", "kbitPrepare", () => noPreparation],
    ]),
    ...when({ quantization_bit: [4, "4"] }, [
      ["quantization_type", "base", fourBitTypes],
      [fourBits, "base", { true: "nf4-dq", false: "nf4" }, "nf4-dq"],
    ]),
    ["bf16", "base", { true: "bf16" }],
    ["pure_bf16", "base", { true: "bf16" }],
    ["fp16", "base", { true: "fp16" }],
    ...when({ finetuning_type: ["lora", undefined] }, [
      ["lora_rank", "rank", count, 8],
      ["lora_dropout", "dropout", share, 0],
      ["use_dora", "variant", { true: "dora" }],
      ["lora_target", "targets", layers, "all-linear"],
      ["additional_target", "trainedModules", modulesToSave],
      ["pure_bf16", "adapterDtype", { true: "bf16", false: "fp32" }, "fp32"],
    ]),
    ...when({ finetuning_type: ["lora", undefined], additional_target: undefined }, [
      ["resize_vocab", "trainedModules", { true: ["embeddings", "head"] }],
    ]),
    ["per_device_train_batch_size", "microBatch", count, ofTrainer(8, "per_device_train_batch_size")],
    // Packing fills one token less than cutoff_len; padding adds it again.
    ["cutoff_len", "seq", count, 2048],
    ["optim", "optimizer", transformersOptimizer, ofTrainer("adamw-fused", "optim")],
    ["disable_gradient_checkpointing", "checkpointing", { true: "off" }],
    ["use_unsloth_gc", "checkpointing", { true: "offload" }],
    ["disable_gradient_checkpointing", "checkpointing", { true: "off", false: "on" }, "on"],
    ["flash_attn", "attention", attention],
    ["stage", "loss", stage],
    ...when({ stage: "dpo" }, [["pref_loss", "objective", preference]]),
    ["stage", "objective", objectives],
    ["ref_model", "reference", () => "model" as const],
    ...when(textStages, [["enable_liger_kernel", "loss", { true: "fused" }]]),
    ...when({ ...textStages, use_unsloth: unset }, [
      ["enable_liger_kernel", "loss", { true: "fused", false: "full" }, "full"],
    ]),
    ["neat_packing", "packing", { true: true }],
    ...when({ stage: "pt" }, [["packing", "packing", onOff, true]]),
    ["gradient_accumulation_steps", "accumulation", areSeveral],
    ["packing", "packing", onOff, false],
    ...strategyRows,
  ],
  remarks: [
    [
      { quantization_bit: undefined, bf16: unset, pure_bf16: unset, fp16: unset },
      "",
      "without bf16 or fp16 the base keeps the type that its own config names",
    ],
    [{ flash_attn: ["auto", undefined] }, "flash_attn", "transformers chooses the attention by the model"],
  ],
  notCounted: [
    {
      only: { enable_liger_kernel: true },
      path: "enable_liger_kernel",
      ...{ what: "kernels that keep fewer activations", direction: "less" },
    },
    pagedStates("optim"),
    savedStates("optim"),
  ],
};
