import type { AttentionKind, StackSettings } from "@lorank/core/memory";
import { groupRows } from "../grpo-reading.ts";
import {
  areSeveral,
  checkedOnly,
  count,
  fourBitTypes,
  holds,
  modulesToSave,
  notModelled,
  onOff,
  pagedStates,
  peftTargets,
  savedStates,
  share,
  text,
  when,
} from "../reading.ts";
import type { ConfigFields, FieldRow, FieldValue, Objective, RemarkRow, ToolReading } from "../tool.ts";
import { attentionNamed, strategyRows, transformersOptimizer } from "../transformers-reading.ts";

const unset = [undefined, false];
const adapted = { adapter: ["lora", "qlora"] };
const ownFormat = { gptq: unset, model_quantization_config: unset };

const quantType = "bnb_config_kwargs.bnb_4bit_quant_type";
const doubleQuant = "bnb_config_kwargs.bnb_4bit_use_double_quant";
const byDoubleQuant = { value: "nf4-dq", origin: "axolotl's default double quantisation" } as const;
// Axolotl prepares for k-bit training, then casts norms, embeddings and head back to the compute type.
const castBack = { value: false, origin: "axolotl casts back what k-bit preparation made fp32" };
const noTargets = { unread: "without lora_target_modules they depend on the model" };
const needsFourBits = { must: "true with adapter qlora" };
const needsCheckpointing = { must: "on with activation_offloading" };
const notOff = (raw: unknown) => (raw === false ? needsCheckpointing : undefined);
const offloading = { "true legacy disk hidden_states": "offload", false: undefined } as const;
const checkpointing = { true: "on", false: "off", "offload offload_disk unsloth": "offload" } as const;
const format = notModelled("a format");
// Trainers by `rl`. Source: axolotl, `utils/schemas/enums.py`, `RLType`
const trainers: Readonly<Record<string, Objective>> = {
  ...{ dpo: "dpo", ipo: "dpo", orpo: "orpo", simpo: "simpo", kto: "kto", grpo: "grpo", gdpo: "grpo" },
};

const castByTrl = { value: "bf16", origin: "TRL casts adapters on a quantised base to bf16" } as const;

/** Tests for TRL's own trainers on a quantised base. Source: trl 1.9, `DPOTrainer`, `KTOTrainer`, `GRPOTrainer` */
function castsAdapters(fields: ConfigFields): boolean {
  const isQuantized = fields.get("adapter") === "qlora" || fields.get("load_in_8bit") === true;
  const { [String(fields.get("rl"))]: objective = "other" } = trainers;
  return holds(adapted, fields) && isQuantized && ["dpo", "kto", "grpo"].includes(objective);
}

const isGroups = (fields: ConfigFields): boolean => trainers[String(fields.get("rl"))] === "grpo";

function otherFormat(raw: unknown): FieldValue<never> {
  return raw === false ? undefined : format;
}

/** Formats of the model itself: MXFP4 is trained once it is decoded. Source: transformers 5.24, `quantizer_mxfp4.py` */
function ownQuantization(raw: unknown, fields: ConfigFields): FieldValue<never> {
  if (raw !== "Mxfp4Config") return format;
  if (fields.get("model_quantization_config_kwargs.dequantize") === true) return undefined;
  return { unread: "keeps MXFP4, which is not trained without dequantize: true; --base bf16 counts that" };
}

function attentionOf(raw: unknown): FieldValue<AttentionKind> {
  return attentionNamed(raw) ?? notModelled("a kernel");
}

/** Compute type, in which all unquantised weights are stored. */
function computeDtype<Target extends "base" | "adapterDtype">(target: Target) {
  return [
    ["bf16", target, { "true full": "bf16", "false auto": undefined }],
    ["bfloat16", target, { true: "bf16" }],
    ["fp16", target, { true: "fp16" }],
    ["float16", target, { true: "fp16" }],
    ["bf16", target, (raw: unknown) => (raw === false ? "fp32" : "bf16"), "bf16"],
  ] as const;
}

/** Condition that a plugin is on: without it, a fused loss's fields do nothing. */
function plugin(name: string): (fields: ConfigFields) => boolean {
  return (fields) => {
    const plugins = fields.get("plugins");
    return Array.isArray(plugins) && plugins.some((path) => String(path).endsWith(`.${name}`));
  };
}

function idleRemark(path: string, name: string): RemarkRow {
  return [
    (fields) => fields.get(path) === true && !plugin(name)(fields),
    path,
    `does nothing, for plugins does not list a ${name}`,
  ];
}

const unslothKernels = ["lora_mlp", "lora_qkv", "lora_o", "rms_norm", "rope"].map(
  (name) => `unsloth_${name}`,
);

const mlpKernel = "lora_mlp_kernel";
const attentionKernels = ["lora_qkv_kernel", "lora_o_kernel"];
const kernels = [mlpKernel, ...attentionKernels, "lora_embedding_kernel"];

/**
 * Condition under which axolotl turns on all LoRA kernels by itself: none is set, and nothing is at odds with them.
 * Source: axolotl 0.19.0, `check_auto_enable_lora_kernels`
 */
function turnsKernelsOn(fields: ConfigFields): boolean {
  const isFsdp1 = fields.has("fsdp_config") && String(fields.get("fsdp_version")) !== "2";
  const is8Bit = fields.get("adapter") === "lora" && fields.isOn("load_in_8bit");
  const atOdds = ["rl", "nvfp4_merge_aware", "trust_remote_code"].some((path) => fields.isOn(path));
  return !(isFsdp1 || is8Bit || atOdds || kernels.some((path) => fields.has(path)));
}

function mlpKernelOf(raw: unknown, fields: ConfigFields): FieldValue<StackSettings["loraKernels"]> {
  if (raw !== true) return raw === false ? undefined : { must: "true or false" };
  return attentionKernels.some((path) => fields.isOn(path)) ? "on" : "feed-forward";
}

/** Tests for embeddings or heads, which axolotl does not count as linear layers. */
function embedsIn(names: unknown): boolean {
  return [names].flat().some((name) => /embed|wte|lm_head/.test(String(name)));
}

/**
 * Reads axolotl's YAML. Source: axolotl 0.19.0, `utils/schemas`, `loaders/model.py`, `loaders/adapter.py`,
 * `integrations`
 */
export const reading: ToolReading = {
  defaultsOf: "axolotl",
  profile: "axolotl",
  keys: ["base_model", "lora_r", "sequence_len"],
  lookalikes: `batch_size float32 fp8_config lm_eval_batch_size local_rank model_config peft_use_rslora
    kd_beta max_prompt_len s2_attention use_dsv4_kernels use_kernels vllm.max_model_len`,
  rows: [
    ["base_model", "model", text],
    ["adapter", "method", { lora: "lora", qlora: "qlora" }, "full"],
    ["rl", "objective", (raw) => trainers[String(raw)] ?? "other"],
    ["precompute_ref_log_probs", "reference", { true: "precomputed" }],
    ...when(isGroups, [["trl.max_completion_length", "completion", count]]),
    ...groupRows({
      ...{ isGroups, isAdapter: (fields) => holds(adapted, fields), under: "trl." },
      ...{ microBatch: "micro_batch_size", usualBatch: 1, beta: ["trl.beta", "rl_beta"] },
      steps: ["gradient_accumulation_steps"],
      ...{ share: "vllm.gpu_memory_utilization", usualMode: "server" },
    }),
    ["reward_model", "objective", { true: "reward" }],
    ["process_reward_model", "objective", { true: "reward" }],
    ...when(castsAdapters, [["rl", "adapterDtype", () => castByTrl]]),
    ...when(adapted, [
      ["lora_r", "rank", count, { must: "a positive integer" }],
      ["lora_dropout", "dropout", share, 0],
      ["peft_use_dora", "variant", { true: "dora" }],
      ["lora_target_linear", "targets", { true: "all-linear" }],
      ["lora_modules_to_save", "trainedModules", modulesToSave],
      ["gptq", "base", otherFormat],
      ["adapter", "kbitPrepare", { qlora: castBack, lora: undefined }],
      ["load_in_8bit", "kbitPrepare", { true: castBack }],
      ["peft_autocast_adapter_dtype", "adapterDtype", { true: "fp32" }, "fp32"],
      ...computeDtype("adapterDtype"),
      [mlpKernel, "loraKernels", mlpKernelOf],
      ...attentionKernels.map(
        (path): FieldRow => [path, "loraKernels", { true: "attention", false: undefined }],
      ),
    ]),
    ...when(
      (fields) => holds(adapted, fields) && turnsKernelsOn(fields),
      [[mlpKernel, "loraKernels", checkedOnly, { value: "on", origin: "axolotl's own LoRA kernels" }]],
    ),
    ...when(adapted, [[mlpKernel, "loraKernels", { false: "off" }, "off"]]),
    ...when(plugin("LigerPlugin"), [["liger_rms_norm", "fusedNorms", onOff, false]]),
    ...when({ ...adapted, lora_target_linear: unset }, [
      ["lora_target_modules", "targets", peftTargets, noTargets],
    ]),
    ...when({ adapter: "qlora", ...ownFormat }, [
      ["load_in_8bit", "base", { true: { must: "false with adapter qlora" } }],
      ["load_in_4bit", "base", { false: needsFourBits }, needsFourBits],
      [quantType, "base", fourBitTypes],
      [["load_in_4bit", quantType, doubleQuant], "base", { true: "nf4-dq", false: "nf4" }, byDoubleQuant],
    ]),
    ...when({ adapter: "lora" }, [
      ["load_in_8bit", "base", { true: "int8" }],
      ["load_in_4bit", "base", checkedOnly],
    ]),
    ["model_quantization_config", "base", ownQuantization],
    ...computeDtype("base"),
    ["micro_batch_size", "microBatch", count, 1],
    ["gradient_accumulation_steps", "accumulation", areSeveral],
    ["sequence_len", "seq", count, 512],
    ["optimizer", "optimizer", transformersOptimizer, "adamw-fused"],
    ["sample_packing", "packing", onOff, false],
    ...strategyRows,
    ["activation_offloading", "checkpointing", offloading],
    ["gradient_checkpointing", "checkpointing", { ...checkpointing, false: undefined }],
    ...["fsdp_config.activation_checkpointing", "fsdp_config.fsdp_activation_checkpointing"].map(
      (path): FieldRow => [path, "checkpointing", { true: "on" }],
    ),
    ["gradient_checkpointing", "checkpointing", checkpointing, "off"],
    ...when({ activation_offloading: [true, "legacy", "disk", "hidden_states"] }, [
      ["gradient_checkpointing", "checkpointing", notOff, needsCheckpointing],
    ]),
    ["attn_implementation", "attention", attentionOf],
    ["xformers_attention", "attention", { true: "flash" }],
    ["sage_attention", "attention", { true: "flash" }],
    ["flash_attention", "attention", { true: "flash" }],
    ["sdp_attention", "attention", { true: "sdpa" }],
    ["eager_attention", "attention", { true: "eager" }],
    ["flex_attention", "attention", { true: "flash" }],
    // Without any of these, transformers chooses: sdpa for all models that have it.
    ["attn_implementation", "attention", attentionOf, "sdpa"],
    ...when(plugin("CutCrossEntropyPlugin"), [
      [["plugins", "cut_cross_entropy"], "loss", { true: "fused" }, "fused"],
    ]),
    ...when(plugin("LigerPlugin"), [["liger_fused_linear_cross_entropy", "loss", { true: "fused" }]]),
    ["chunked_cross_entropy", "loss", { true: "chunked" }],
    // Preference and reward training use other losses.
    ...when({ rl: undefined }, [
      ["chunked_cross_entropy", "loss", { true: "chunked", false: "full" }, "full"],
    ]),
  ],
  remarks: [
    [
      (fields) =>
        holds({ ...adapted, lora_target_linear: true }, fields) && fields.has("lora_target_modules"),
      "lora_target_modules",
      "in all-linear, unless it names an embedding or head",
    ],
    [
      { adapter: "lora", load_in_4bit: true, load_in_8bit: unset, ...ownFormat },
      "load_in_4bit",
      "axolotl quantises to 4 bits under adapter qlora only",
    ],
    [isGroups, "sequence_len", "taken as a prompt with its answer; Axolotl cuts no prompts of GRPO"],
    idleRemark("liger_fused_linear_cross_entropy", "LigerPlugin"),
    idleRemark("liger_rms_norm", "LigerPlugin"),
    idleRemark("cut_cross_entropy", "CutCrossEntropyPlugin"),
    ...["unsloth_cross_entropy_loss", ...unslothKernels].map(
      (path): RemarkRow => [(fields) => fields.isOn(path), path, "axolotl 0.19 has dropped it"],
    ),
  ],
  notCounted: [
    {
      only: (fields) =>
        embedsIn(fields.get("lora_target_modules")) && fields.get("lora_target_linear") === true,
      path: "lora_target_modules",
      ...{ what: "adapters on embeddings and head", direction: "more", adapterOnly: true },
    },
    {
      only: (fields) => fields.has("num_labels") && !fields.isOn("reward_model"),
      path: "num_labels",
      what: "a classification head in place of logits",
      ...{ direction: "either", settledBy: ["labels"] },
    },
    pagedStates("optimizer"),
    savedStates("optimizer"),
  ],
};
