import { readTransformersOptimizer } from "./optimizers.ts";
import type { Reading } from "./reading.ts";

// Source: llamafactory 0.9.5, `hparams`, `model/adapter.py`, `model/model_utils`. Batch and optimiser are settings of
// transformers' trainer.

const of = "LLaMA-Factory";

const notModelled = {
  deepspeed: "it splits memory over devices",
  fsdp: "it splits memory over devices",
  fsdp_config: "it splits memory over devices",
  use_unsloth: "its kernels keep other activations and no logits",
  use_kt: "parts of the model run in the host's memory",
  use_v1_kernels: "the kernels keep fewer activations",
  use_dora: "a magnitude for each row of an adapted weight is trained too",
  additional_target: "a copy of these modules is trained in full",
  adapter_name_or_path: "training goes on from an adapter, whose rank and layers it keeps",
  resize_vocab: "embedding and head are trained in full",
  use_llama_pro: "only the added layers get an adapter",
  mixture_of_depths: "tokens skip layers",
  shift_attn: "attention runs over pieces of the text",
  upcast_layernorm: "norms are fp32",
  upcast_lmhead_output: "logits are fp32",
  torch_compile: "compiled code keeps fewer activations",
  per_device_eval_batch_size: "an evaluation may need more than training",
};

/** Optimisers that take the place of `optim`. */
const otherOptimizers = ["use_galore", "use_apollo", "use_badam", "use_adam_mini", "use_muon"];

/** Reads a LLaMA-Factory YAML. */
export function readLlamaFactory(reading: Reading): void {
  const model = reading.text("model_name_or_path");
  if (model !== undefined) reading.set("model", model, reading.at("model_name_or_path"));
  const method = reading.choice("finetuning_type", ["lora", "full"]);
  reading.setOr("method", "finetuning_type", method, { value: "lora", of });
  readBase(reading, method ?? "lora");
  if (method !== "full") readAdapter(reading);
  const batch = "per_device_train_batch_size";
  reading.setOr("microBatch", batch, reading.count(batch), { value: 8, of: "transformers" });
  // Under packing the texts fill one token less, and padding brings it back.
  reading.setOr("seq", "cutoff_len", reading.count("cutoff_len"), { value: 2048, of });
  readOptimizer(reading);
  readCheckpointing(reading);
  readAttention(reading);
  readLossAndPacking(reading);
  reading.notModelled(notModelled);
}

function readAdapter(reading: Reading): void {
  reading.setOr("rank", "lora_rank", reading.count("lora_rank"), { value: 8, of });
  reading.setOr("dropout", "lora_dropout", reading.share("lora_dropout"), { value: 0, of });
  const targets = reading.names("lora_target");
  const names = typeof targets === "string" ? splitNames(targets) : targets;
  if (names?.length === 0) reading.problem("lora_target", "all or a list of names");
  const chosen = names?.length === 1 && names[0] === "all" ? "all-linear" : names;
  reading.setOr("targets", "lora_target", chosen, { value: "all-linear", of });
  const pure = reading.flag("pure_bf16");
  reading.setOr("adapterDtype", "pure_bf16", pure === undefined ? undefined : pure ? "bf16" : "fp32", {
    value: "fp32",
    of,
  });
}

function splitNames(text: string): string[] {
  return text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

function readBase(reading: Reading, method: "lora" | "full"): void {
  if (reading.raw("quantization_bit") === undefined) {
    const said = reading.at("bf16", "pure_bf16", "fp16");
    if (reading.flag("bf16") === true || reading.flag("pure_bf16") === true)
      reading.set("base", "bf16", said);
    else if (reading.flag("fp16") === true) reading.set("base", "fp16", said);
    else reading.remark("without bf16 or fp16 the base keeps the type that its own config names");
    return;
  }
  if (method === "full") reading.problem("quantization_bit", "absent with finetuning_type full");
  const kind = reading.text("quantization_method") ?? "bnb";
  if (kind !== "bnb") {
    reading.unread("base", `${reading.at("quantization_method")} is a format that is not modelled`);
    return;
  }
  const bits = reading.count("quantization_bit");
  if (bits === 8) reading.set("base", "int8", reading.at("quantization_bit"));
  else if (bits === 4) readFourBits(reading);
  else if (bits !== undefined) reading.problem("quantization_bit", "4 or 8 with bitsandbytes");
  reading.set("kbitPrepare", false, "LLaMA-Factory makes no k-bit preparation");
}

function readFourBits(reading: Reading): void {
  const type = reading.choice("quantization_type", ["nf4", "fp4"]);
  const double = reading.flag("double_quantization");
  if (type === "fp4") {
    reading.unread("base", `${reading.at("quantization_type")} is a format that is not modelled`);
    return;
  }
  const said = reading.at("quantization_bit", "quantization_type", "double_quantization");
  if (double === false) reading.set("base", "nf4", said);
  else reading.set("base", "nf4-dq", double ? said : `${said}, ${of}'s default (double_quantization)`);
}

function readOptimizer(reading: Reading): void {
  const other = otherOptimizers.find((name) => reading.flag(name) === true);
  if (other === undefined) readTransformersOptimizer(reading, "optim", "transformers");
  else reading.unread("optimizer", `${other} true is an optimiser that is not modelled`);
}

function readCheckpointing(reading: Reading): void {
  const disabled = reading.flag("disable_gradient_checkpointing");
  if (disabled === true) reading.set("checkpointing", "off", reading.at("disable_gradient_checkpointing"));
  else if (reading.flag("use_unsloth_gc") === true) {
    reading.set("checkpointing", "offload", reading.at("use_unsloth_gc"));
  } else {
    const path = "disable_gradient_checkpointing";
    reading.setOr("checkpointing", path, disabled === false ? "on" : undefined, { value: "on", of });
  }
}

function readAttention(reading: Reading): void {
  const kind = reading.choice("flash_attn", ["auto", "disabled", "sdpa", "fa2", "fa3"]);
  if (kind === undefined || kind === "auto") {
    reading.remark(`flash_attn ${kind ?? "is not set"}: transformers chooses the attention by the model`);
  } else {
    const name = kind === "disabled" ? "eager" : kind === "sdpa" ? "sdpa" : "flash";
    reading.set("attention", name, reading.at("flash_attn"));
  }
}

function readLossAndPacking(reading: Reading): void {
  const stage = reading.choice("stage", ["pt", "sft", "rm", "ppo", "dpo", "kto"]) ?? "sft";
  const liger = reading.flag("enable_liger_kernel") === true;
  if (stage !== "sft" && stage !== "pt") {
    reading.remark(
      `stage ${stage} is not modelled: it holds more than one text's logits, and often a second model`,
    );
  } else if (liger) reading.set("loss", "fused", reading.at("enable_liger_kernel"));
  else if (reading.raw("use_unsloth") !== true)
    reading.set("loss", "full", `${of}'s default (enable_liger_kernel)`);
  const packing = reading.flag("packing");
  if (reading.flag("neat_packing") === true) reading.set("packing", true, reading.at("neat_packing"));
  else reading.setOr("packing", "packing", packing, { value: stage === "pt", of });
}
