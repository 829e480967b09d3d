import type { AttentionKind } from "@lorank/core/memory";
import { groupRows, promptWithAnswer, usualAnswer, withoutPrompt } from "../grpo-reading.ts";
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

const adapted = { use_peft: true };
const unset = [undefined, false];
const nested = "use_bnb_nested_quant";
const fourBits = ["load_in_4bit", "bnb_4bit_quant_type", nested];
const needsAdapter = { must: "false without use_peft" };
const noTargets = { unread: "without lora_target_modules they depend on the model" };
const ownType = { value: "bf16", origin: "taken as bf16, the type of most published weights" } as const;
const dtypes = { bfloat16: "bf16", float16: "fp16", float32: "fp32", auto: ownType } as const;
const noPreparation = { value: false, origin: "TRL makes no k-bit preparation" };
const wholeOffload = { unread: "without checkpointing moves all activations, which is not modelled" };

/** Fields of one trainer of TRL each. ORPO has the fields of DPO. Source: trl 1.16, `trainer/*_config.py` */
const trainers: readonly (readonly [objective: Objective, fields: readonly string[]])[] = [
  ["distillation", ["teacher_model_name_or_path"]],
  ["grpo", ["num_generations", "max_completion_length", "reward_weights", "use_vllm"]],
  ["kto", ["desirable_weight", "undesirable_weight"]],
  ["reward", ["center_rewards_coefficient"]],
  ["dpo", ["beta", "max_prompt_length", "precompute_ref_log_probs", "sync_ref_model", "f_divergence_type"]],
];

/** Condition that a field says null, which to transformers 5 is auto. Source: its `PreTrainedModel.from_pretrained` */
function isNull(name: string): (fields: ConfigFields) => boolean {
  return (fields) => !fields.has(name) && fields.pathsIn("").includes(name);
}

const sftLosses = ["nll", "chunked_nll", "dft"];
// trl 1.16, `GRPOTrainer._compute_loss`
const groupLosses = ["grpo", "dr_grpo", "dapo", "bnpo", "cispo", "sapo", "luspo", "vespo"];

/** Rows on the trainer that a field gives away: TRL's configs do not name it. The first wins. */
const objectiveRows: readonly FieldRow[] = [
  ...trainers.flatMap(([objective, paths]) =>
    paths.map((path): FieldRow => [path, "objective", () => objective]),
  ),
  ["precompute_ref_log_probs", "reference", { true: "precomputed" }],
  ["loss_type", "objective", (raw) => objectiveOfLoss(String(raw))],
];

function objectiveOfLoss(name: string): "dpo" | "grpo" | undefined {
  if (sftLosses.includes(name)) return undefined;
  return groupLosses.includes(name) ? "grpo" : "dpo";
}

function isGroups(fields: ConfigFields): boolean {
  const marked = trainers.find(([, paths]) => paths.some((path) => fields.has(path)));
  return (marked?.[0] ?? objectiveOfLoss(String(fields.get("loss_type") ?? "nll"))) === "grpo";
}

const groups = groupRows({
  ...{ isGroups, isAdapter: (fields) => fields.get("use_peft") === true, under: "" },
  ...{ microBatch: "per_device_train_batch_size", usualBatch: 8, beta: ["beta"] },
  steps: ["steps_per_generation", "gradient_accumulation_steps"],
  ...{ share: "vllm_gpu_memory_utilization", usualMode: "colocate" },
});

function isSft(fields: ConfigFields): boolean {
  const marks = trainers.flatMap(([, paths]) => paths);
  const loss = fields.get("loss_type") ?? "nll";
  return !marks.some((path) => fields.has(path)) && sftLosses.includes(String(loss));
}

/** Layers; a list of one is a text to TRL, and so a pattern. Source: trl 1.16, `ModelConfig.__post_init__` */
function targetsOf(raw: unknown): FieldValue<"all-linear" | readonly string[] | RegExp> {
  return peftTargets(Array.isArray(raw) && raw.length === 1 ? raw[0] : raw);
}

function attentionOf(raw: unknown): FieldValue<AttentionKind> {
  return attentionNamed(raw) ?? notModelled("a kernel");
}

/** Remark on fields of an adapter in a config that trains all weights. */
const idle: RemarkRow = [
  (fields) => holds({ use_peft: unset }, fields) && fields.has("lora_r"),
  "lora_r",
  "does nothing without use_peft: true",
];

/**
 * Reads the YAML of `trl sft --config`, and alignment-handbook's, which has the same fields. Source: trl 1.16.0,
 * `trainer/model_config.py`, `base_config.py`, `sft_config.py`, `sft_trainer.py`, `scripts/sft.py`
 */
export const reading: ToolReading = {
  defaultsOf: "TRL",
  profile: "trl",
  keys: ["model_name_or_path"],
  otherKeys: [
    ...["lora_r", "use_peft", "lora_target_modules", "dtype", "torch_dtype", "attn_implementation"],
    ...["max_length", "max_seq_length", "dataset_name", "datasets", "dataset_mixture", "dataset_mixer"],
    ...["max_completion_length", "per_device_train_batch_size"],
  ],
  lookalikes: "eval_packing local_rank num_iterations use_rslora",
  rows: [
    ["model_name_or_path", "model", text],
    ...objectiveRows,
    ["use_peft", "method", { true: "lora", false: "full" }, "full"],
    ...when({ use_peft: unset }, [
      ["load_in_4bit", "base", { true: needsAdapter }],
      ["load_in_8bit", "base", { true: needsAdapter }],
    ]),
    ...when(adapted, [
      ["lora_r", "rank", count, 16],
      ["lora_dropout", "dropout", share, 0.05],
      ["use_dora", "variant", { true: "dora" }],
      ["lora_target_modules", "targets", targetsOf, noTargets],
      ["lora_modules_to_save", "trainedModules", modulesToSave],
      ["load_in_8bit", "base", { true: "int8" }],
    ]),
    ...when({ ...adapted, load_in_4bit: true }, [
      ["bnb_4bit_quant_type", "base", fourBitTypes],
      [fourBits, "base", { true: "nf4-dq", false: "nf4" }, "nf4"],
      ["load_in_4bit", "kbitPrepare", { true: noPreparation }],
    ]),
    ["load_in_4bit", "base", checkedOnly],
    ["model_init_kwargs.dtype", "base", dtypes],
    ["torch_dtype", "base", dtypes],
    ...when(isNull("torch_dtype"), [["torch_dtype", "base", dtypes, ownType]]),
    ...when(isNull("dtype"), [["dtype", "base", dtypes, ownType]]),
    ["dtype", "base", dtypes, "fp32"],
    ["per_device_train_batch_size", "microBatch", count, 8],
    ...when(
      (fields) => isGroups(fields) && fields.get("use_vllm") === true,
      [["vllm_max_model_length", "seq", count]],
    ),
    ...when(isGroups, [
      ["max_completion_length", "completion", count, usualAnswer],
      [["max_completion_length", "max_prompt_length"], "seq", promptWithAnswer, withoutPrompt],
    ]),
    ...groups,
    ["max_seq_length", "seq", count],
    ["max_length", "seq", count, 1024],
    ["optim", "optimizer", transformersOptimizer, "adamw-fused"], // transformers 5.24, `TrainingArguments.default_optim`
    ...when({ activation_offloading: true }, [
      ["gradient_checkpointing", "checkpointing", { true: "offload", false: wholeOffload }, "offload"],
    ]),
    ["gradient_checkpointing", "checkpointing", { true: "on", false: "off" }, "on"],
    ["attn_implementation", "attention", attentionOf],
    ...when(isSft, [["loss_type", "loss", { "nll chunked_nll dft": "chunked" }, "chunked"]]),
    ["packing", "packing", onOff, false],
    ["gradient_accumulation_steps", "accumulation", areSeveral],
    ...strategyRows,
  ],
  remarks: [
    idle,
    [
      (fields) => fields.has("max_seq_length"),
      "max_seq_length",
      "TRL has called it max_length since 0.20; with an older TRL, --loss full counts its logits",
    ],
  ],
  notCounted: [
    {
      only: { use_liger_kernel: true },
      path: "use_liger_kernel",
      ...{ what: "kernels that keep fewer activations", direction: "less" },
    },
    pagedStates("optim"),
    savedStates("optim"),
  ],
};
