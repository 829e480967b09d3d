import { existsSync } from "node:fs";
import { join } from "node:path";
import { withoutPrompt } from "../grpo-reading.ts";
import {
  areSeveral,
  checkedOnly,
  count,
  names,
  onOff,
  optimizerNamed,
  pagedStates,
  share,
  when,
  words,
} from "../reading.ts";
import type { Condition, ConfigFields, Convert, FieldValue, Objective, ToolReading } from "../tool.ts";
import { attentionNames, mlpNames, torchtuneModels } from "./names.ts";

const builder = "model._component_";
const loss = "loss._component_";
const mlp = "model.apply_lora_to_mlp";
const output = "model.apply_lora_to_output";
const checkpointing = "enable_activation_checkpointing";
const needsCheckpointing = { must: "true with enable_activation_offloading" };
const needsLength = { must: "a positive integer with dataset.packed" };
const attention = { must: `a list of ${Object.keys(attentionNames).join(", ")}` };

/** Parts of a model builder's path: `torchtune.models.`, family, perhaps a folder, `lora_` or `qlora_`, model. */
function partsOf(raw: unknown): readonly (string | undefined)[] {
  const path = /^torchtune\.models\.(\w+)\.(?:\w+\.)?(lora_|qlora_)?(\w+)$/;
  return path.exec(String(raw))?.slice(1) ?? [];
}

function methodOf(raw: unknown): FieldValue<"lora" | "full"> {
  const [family, prefix] = partsOf(raw);
  if (family === undefined) return { must: "a builder of torchtune.models" };
  return prefix === undefined ? "full" : "lora";
}

function folderOf(raw: unknown, fields: ConfigFields): string | undefined {
  if (typeof modelOf(fields.get(builder)) === "object") return undefined;
  return typeof raw === "string" && existsSync(join(raw, "config.json")) ? raw : undefined;
}

/** Model by its builder. Under adapters Phi-4 is taken from the hub as torchtune has it, its layers apart. */
function modelOf(raw: unknown): FieldValue<string> {
  const [family, prefix, model] = partsOf(raw);
  const name = `${family}.${model}`;
  if (name === "phi4.phi4_14b" && prefix !== undefined)
    return { value: "unsloth/phi-4", origin: "torchtune splits q, k, v, gate and up" };
  return Object.hasOwn(torchtuneModels, name) ? torchtuneModels[name] : undefined;
}

const isLora: Condition = (fields) => methodOf(fields.get(builder)) === "lora";
const isQuantized: Condition = (fields) => {
  const [, prefix] = partsOf(fields.get(builder));
  return isLora(fields) && (fields.get("model.quantize_base") ?? prefix === "qlora_") === true;
};

const targets: Convert<readonly string[]> = (raw, fields) => {
  const listed = names(raw);
  if (!Array.isArray(listed) || !listed.every((name) => Object.hasOwn(attentionNames, name)))
    return attention;
  const withMlp = fields.get(mlp) === true;
  const [family] = partsOf(fields.get(builder));
  if (family === "phi3" && (withMlp || listed.some((name) => name !== "output_proj")))
    return { unread: `cannot be told: torchtune splits layers that are one in the hub's ${family}` };
  const head = fields.get(output) === true ? ["lm_head"] : [];
  return [...listed.map((name) => attentionNames[name]!), ...(withMlp ? mlpNames : []), ...head];
};

/** Loss by the config: chunked or full; undefined if not modelled. Preferences are scored from all logits. */
function lossOf(raw: unknown): "chunked" | "full" | undefined {
  const path = String(raw);
  if (objectiveOf(raw) !== undefined) return "full";
  if (/\.(CEWithChunkedOutputLoss|LinearCrossEntropyLoss|LinearCrossEntropy)$/.test(path)) return "chunked";
  return /^torch\.nn\.(modules\.loss\.)?CrossEntropyLoss$/.test(path) ? "full" : undefined;
}

/** Fields found only in FSDP recipes. */
const shards = `fsdp_cpu_offload fsdp_reshard_after_forward custom_sharded_layers memory_efficient_fsdp_wrap
  data_parallel_shard_dim data_parallel_replicate_dim tensor_parallel_dim use_distributed_state_dict`;

/**
 * Marks of training on several cards. torchtune's own configs name their recipe in a comment:
 * `lora_finetune_distributed`.
 */
function sharingMarks(fields: ConfigFields): string {
  const [recipe] = /\w+_distributed\b/.exec(fields.comments) ?? [];
  return recipe ?? fields.at(...words(shards));
}

function isOther(fields: ConfigFields): boolean {
  return fields.has(loss) && lossOf(fields.get(loss)) === undefined;
}

/** Objective of a loss on preferences or rewards. Source: torchtune 0.6.1, `rlhf/loss`, and `dev/grpo/loss.py` */
function objectiveOf(raw: unknown): Objective | undefined {
  const path = String(raw);
  if (/\.grpo\./.test(path)) return "grpo";
  if (/\.rlhf\..*PPO/.test(path)) return "ppo";
  return /\.rlhf\./.test(path) ? "dpo" : undefined;
}

const isGroups: Condition = (fields) => objectiveOf(fields.get(loss)) === "grpo";

/** Texts of as many prompts as `path` says. Source: torchtune's main branch, `grpo_full_finetune_distributed` */
function groupsOf(path: string): Convert<number> {
  return (raw, fields) => {
    const [texts, prompts] = [count(raw), count(fields.get(path))];
    return typeof texts === "number" && typeof prompts === "number"
      ? texts * prompts
      : { must: `a number beside ${path}` };
  };
}

const dtype = { bf16: "bf16", fp32: "fp32" } as const;

/** Optimisers in torchtune 0.6.1's recipes, and further optimisers from the same modules. */
const optimizer = optimizerNamed({
  adamw: "torch.optim.AdamW torch.optim.Adam",
  "adamw-fused": `bitsandbytes.optim.AdamW bitsandbytes.optim.PagedAdamW
    bitsandbytes.optim.PagedAdamW32bit`,
  "adamw-8bit": `bitsandbytes.optim.AdamW8bit torchao.optim.AdamW8bit
    torchao.prototype.low_bit_optim.AdamW8bit`,
  "paged-adamw-8bit": "bitsandbytes.optim.PagedAdamW8bit",
  "adamw-4bit": "torchao.optim.AdamW4bit torchao.prototype.low_bit_optim.AdamW4bit",
  sgd: "torch.optim.SGD",
  lion: "bitsandbytes.optim.Lion",
  adafactor: "torch.optim.Adafactor",
});

/**
 * Reads torchtune's recipe YAML. Source: torchtune 0.6.1, `recipes/lora_finetune_single_device.py`, `torchtune/models`,
 * `torchtune/modules`
 */
export const reading: ToolReading = {
  defaultsOf: "torchtune",
  profile: "torchtune",
  keys: [builder],
  lookalikes: `context_parallel_dim resize_token_embeddings dataset.max_seq_len model.max_seq_len
    optimizer.block_size tokenizer.patch_size`,
  rows: [
    [builder, "method", methodOf],
    ["checkpointer.checkpoint_dir", "model", folderOf],
    [builder, "model", modelOf],
    ...when(isQuantized, [
      // NF4 in torchao 0.9: blocks of 64, and 8-bit scales in blocks of 256.
      [[builder, "model.quantize_base"], "base", { true: "nf4-dq" }, "nf4-dq"],
      [builder, "kbitPrepare", () => ({ value: false, origin: "torchtune makes no k-bit preparation" })],
    ]),
    ["model.quantize_base", "base", checkedOnly],
    ["dtype", "base", dtype],
    ...when(isLora, [
      ["dtype", "adapterDtype", dtype],
      ["model.lora_rank", "rank", count, 8],
      ["model.lora_dropout", "dropout", share, 0],
      [mlp, "targets", checkedOnly],
      [output, "targets", checkedOnly],
      [[mlp, output, "model.lora_attn_modules"], "targets", targets, attention],
    ]),
    ...when(isGroups, [
      [["batch_size", "grpo_samples"], "microBatch", groupsOf("batch_size")],
      ["max_generated_tokens", "completion", count],
      [["forward_batch_size", "grpo_samples"], "generations", groupsOf("forward_batch_size")],
      [loss, "reference", () => "model" as const],
      ["max_generated_tokens", "seq", () => withoutPrompt, withoutPrompt],
    ]),
    ["batch_size", "microBatch", count],
    ["tokenizer.max_seq_len", "seq", count],
    ...when({ "dataset.packed": true }, [["tokenizer.max_seq_len", "seq", count, needsLength]]),
    ...when((fields) => !Array.isArray(fields.get("dataset")), [["dataset.packed", "packing", onOff, false]]),
    ...when({ "optimizer._component_": ["torch.optim.AdamW", "torch.optim.Adam"], "optimizer.fused": true }, [
      [["optimizer._component_", "optimizer.fused"], "optimizer", () => "adamw-fused" as const],
    ]),
    ["optimizer._component_", "optimizer", optimizer],
    ...when({ enable_activation_offloading: true }, [
      [checkpointing, "checkpointing", { false: needsCheckpointing }, needsCheckpointing],
    ]),
    ["enable_activation_offloading", "checkpointing", { true: "offload" }],
    [checkpointing, "checkpointing", { true: "on", false: "off" }, "off"],
    [loss, "loss", lossOf],
    [loss, "objective", objectiveOf],
    ["compile", "compile", onOff],
    ["optimizer_in_bwd", "optimizerInBackward", onOff],
    ["gradient_accumulation_steps", "accumulation", areSeveral],
  ],
  remarks: [
    [
      { "tokenizer.max_seq_len": undefined },
      "",
      "without tokenizer.max_seq_len the longest text of the data decides the length",
    ],
    [(fields) => Array.isArray(fields.get("dataset")), "", "dataset is a list: packing was not read"],
  ],
  notCounted: [
    {
      only: (fields) => Number(fields.get("optimizer.momentum") ?? 0) !== 0,
      path: "optimizer.momentum",
      what: "one state for each trained parameter, as much as --optimizer lion keeps",
      ...{ direction: "more", settledBy: ["optimizer"] },
    },
    {
      only: (fields) => isOther(fields) && objectiveOf(fields.get(loss)) === undefined,
      path: loss,
      ...{ what: "a loss that is not known", direction: "either", settledBy: ["loss"] },
    },
    {
      only: (fields) => sharingMarks(fields) !== "",
      ...{ path: "", from: sharingMarks },
      what: "weights and states that a recipe for several cards shares",
      ...{ direction: "either", settledBy: ["strategy"] },
    },
    pagedStates("optimizer._component_"),
  ],
};
