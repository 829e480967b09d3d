import { existsSync } from "node:fs";
import { join } from "node:path";
import { readTorchtuneOptimizer } from "./optimizers.ts";
import type { Reading } from "./reading.ts";
import { attentionNames, mlpNames, torchtuneModels } from "./torchtune-models.ts";

// Source: torchtune 0.6.1, `recipes/lora_finetune_single_device.py`, `torchtune/models`, `torchtune/modules`.

const of = "torchtune";

const notModelled = {
  "model.use_dora": "a magnitude for each row of an adapted weight is trained too",
  compile: "compiled code keeps fewer activations",
  optimizer_in_bwd: "gradients are freed as the optimiser goes",
  fsdp_cpu_offload: "it splits memory over devices",
  custom_sharded_layers: "it splits memory over devices",
  tensor_parallel_dim: "it splits memory over devices",
  tensor_parallel_plan: "it splits memory over devices",
  data_parallel_shard_dim: "it splits memory over devices",
  quantizer: "weights are quantised while they are trained",
  teacher_model: "a second model is in memory",
};

const chunkedLosses = ["CEWithChunkedOutputLoss", "LinearCrossEntropyLoss", "LinearCrossEntropy"];

/** Reads a torchtune recipe's YAML. */
export function readTorchtune(reading: Reading): void {
  const component = reading.text("model._component_");
  const [, family, prefix, name] =
    /^torchtune\.models\.(\w+)\.(?:\w+\.)?(lora_|qlora_)?(\w+)$/.exec(component ?? "") ?? [];
  if (component !== undefined && name === undefined)
    reading.problem("model._component_", "a builder of torchtune.models");
  readModel(reading, `${family}.${name}`);
  const method = prefix === undefined ? "full" : "lora";
  if (component !== undefined) reading.set("method", method, reading.at("model._component_"));
  const dtype = reading.choice("dtype", ["bf16", "fp32"]);
  if (method === "lora") readAdapter(reading, family, prefix === "qlora_", dtype);
  else if (dtype !== undefined) reading.set("base", dtype, reading.at("dtype"));
  const batch = reading.count("batch_size");
  if (batch !== undefined) reading.set("microBatch", batch, reading.at("batch_size"));
  readTexts(reading);
  readTorchtuneOptimizer(reading, "optimizer._component_");
  if (Number(reading.raw("optimizer.momentum") ?? 0) !== 0)
    reading.remark(`${reading.at("optimizer.momentum")} is not read: say --optimizer sgd-momentum`);
  readCheckpointing(reading);
  readLoss(reading);
  reading.notModelled(notModelled);
}

function readModel(reading: Reading, builder: string): void {
  const folder = reading.raw("checkpointer.checkpoint_dir");
  const id = Object.hasOwn(torchtuneModels, builder) ? torchtuneModels[builder] : undefined;
  if (typeof folder === "string" && existsSync(join(folder, "config.json")))
    reading.set("model", folder, reading.at("checkpointer.checkpoint_dir"));
  else if (id !== undefined) reading.set("model", id, reading.at("model._component_"));
}

function readAdapter(
  reading: Reading,
  family: string | undefined,
  quantizing: boolean,
  dtype: "bf16" | "fp32" | undefined,
): void {
  const rank = reading.count("model.lora_rank");
  reading.setOr("rank", "model.lora_rank", rank, { value: 8, of });
  const dropout = reading.share("model.lora_dropout");
  reading.setOr("dropout", "model.lora_dropout", dropout, { value: 0, of });
  readTargets(reading, family);
  const quantize = reading.flag("model.quantize_base") ?? quantizing;
  if (quantize) {
    // torchao 0.9's NF4: blocks of 64, and 8-bit scales in blocks of 256.
    const builder = reading.at("model._component_");
    reading.set("base", "nf4-dq", reading.at("model.quantize_base") || builder);
    reading.set("kbitPrepare", false, "torchtune makes no k-bit preparation");
  } else if (dtype !== undefined) reading.set("base", dtype, reading.at("dtype"));
  if (dtype !== undefined) reading.set("adapterDtype", dtype, reading.at("dtype"));
}

function readTargets(reading: Reading, family: string | undefined): void {
  const attention = "model.lora_attn_modules";
  const names = reading.names(attention);
  const known = typeof names === "object" && names.every((name) => Object.hasOwn(attentionNames, name));
  const mlp = reading.flag("model.apply_lora_to_mlp") ?? false;
  const output = reading.flag("model.apply_lora_to_output") ?? false;
  if (!known) {
    // names has noted whatever else is no list.
    if (names !== undefined || reading.raw(attention) === undefined)
      reading.problem(attention, `a list of ${Object.keys(attentionNames).join(", ")}`);
    return;
  }
  const said = reading.at(attention, "model.apply_lora_to_mlp", "model.apply_lora_to_output");
  const fused = family === "phi3" || family === "phi4";
  if (fused && (mlp || names.some((name) => name !== "output_proj"))) {
    reading.unread("targets", `${said}: torchtune splits layers that are one in the hub's ${family}`);
    return;
  }
  const targets = names.map((name) => attentionNames[name]!);
  reading.set("targets", [...targets, ...(mlp ? mlpNames : []), ...(output ? ["lm_head"] : [])], said);
}

function readTexts(reading: Reading): void {
  const length = reading.count("tokenizer.max_seq_len");
  if (length !== undefined) reading.set("seq", length, reading.at("tokenizer.max_seq_len"));
  else if (reading.raw("tokenizer.max_seq_len") === undefined)
    reading.remark("without tokenizer.max_seq_len the longest text of the data decides the length");
  if (Array.isArray(reading.raw("dataset"))) {
    reading.remark("dataset is a list: packing was not read");
    return;
  }
  const packed = reading.flag("dataset.packed");
  if (packed === true && length === undefined)
    reading.problem("tokenizer.max_seq_len", "a positive integer with dataset.packed");
  reading.setOr("packing", "dataset.packed", packed, { value: false, of });
}

function readCheckpointing(reading: Reading): void {
  const path = "enable_activation_checkpointing";
  const on = reading.flag(path);
  if (reading.flag("enable_activation_offloading") === true) {
    if (on !== true) reading.problem(path, "true with enable_activation_offloading");
    reading.set("checkpointing", "offload", reading.at("enable_activation_offloading"));
    return;
  }
  const kind = on === undefined ? undefined : on ? "on" : "off";
  reading.setOr("checkpointing", path, kind, { value: "off", of });
}

function readLoss(reading: Reading): void {
  const component = reading.text("loss._component_");
  const name = component?.split(".").at(-1);
  if (component === undefined || name === undefined) return;
  if (chunkedLosses.includes(name)) reading.set("loss", "chunked", reading.at("loss._component_"));
  else if (/^torch\.nn\.(modules\.loss\.)?CrossEntropyLoss$/.test(component))
    reading.set("loss", "full", reading.at("loss._component_"));
  else
    reading.remark(
      `${reading.at("loss._component_")} is not modelled: it may hold more than one text's logits`,
    );
}
