import { readTransformersOptimizer } from "./optimizers.ts";
import { readPeftTargets } from "./peft.ts";
import type { Reading } from "./reading.ts";

// Source: axolotl 0.19.0, `utils/schemas`, `loaders/model.py`, `loaders/adapter.py`, `integrations`.

const notModelled = {
  deepspeed: "it splits memory over devices",
  fsdp: "it splits memory over devices",
  fsdp_config: "it splits memory over devices",
  tensor_parallel_size: "it splits memory over devices",
  context_parallel_size: "it splits sequences over devices",
  dp_shard_size: "it splits memory over devices",
  expert_parallel_size: "it splits memory over devices",
  quantize_moe_experts: "experts are quantised in another way",
  resize_token_embeddings_to_32x: "embedding and head grow",
  rl: "preference and reward training hold more than one text's logits, and often a second model",
  peft_use_dora: "a magnitude for each row of an adapted weight is trained too",
  lora_modules_to_save: "a copy of these modules is trained in full",
  lora_target_parameters: "these parameters get an adapter too",
  lora_rank_pattern: "these layers have other ranks",
  peft_layers_to_transform: "only these layers get an adapter",
  peft_trainable_token_indices: "rows of the embedding are trained too",
  lora_exclude_modules: "these layers get no adapter",
  relora: "adapters are merged and restarted",
  unfrozen_parameters: "these parameters of the base are trained too",
  unsloth: "its kernels keep other activations",
  unsloth_cross_entropy_loss: "axolotl 0.19 has dropped it",
  unsloth_lora_mlp: "its kernels keep other activations",
  unsloth_lora_qkv: "its kernels keep other activations",
  unsloth_lora_o: "its kernels keep other activations",
  lora_mlp_kernel: "the kernel keeps fewer activations",
  lora_qkv_kernel: "the kernel keeps fewer activations",
  lora_o_kernel: "the kernel keeps fewer activations",
  liger_rms_norm: "the kernel keeps fewer activations",
  liger_glu_activation: "the kernel keeps fewer activations",
  liger_swiglu: "the kernel keeps fewer activations",
  liger_cross_entropy: "the kernel writes gradients over the logits",
  tiled_mlp: "the MLP runs in pieces",
  flash_attn_fuse_mlp: "the kernel keeps other activations",
  layer_offloading: "frozen layers wait in the host's memory",
  lora_on_cpu: "parts of the model are in the host's memory",
  embeddings_skip_upcast: "embeddings keep their type",
  fp8: "products run in 8 bits",
  qat: "weights are quantised while they are trained",
  torch_compile: "compiled code keeps fewer activations",
  eval_batch_size: "an evaluation may need more than training",
  max_memory: "the model may be split",
};

const attentionFlags = {
  xformers_attention: "flash",
  sage_attention: "flash",
  flash_attention: "flash",
  sdp_attention: "sdpa",
  eager_attention: "eager",
} as const;

/** Reads an Axolotl YAML. */
export function readAxolotl(reading: Reading): void {
  const model = reading.text("base_model");
  if (model !== undefined) reading.set("model", model, reading.at("base_model"));
  readMethod(reading);
  const of = "axolotl";
  reading.setOr("microBatch", "micro_batch_size", reading.count("micro_batch_size"), { value: 1, of });
  reading.setOr("seq", "sequence_len", reading.count("sequence_len"), { value: 512, of });
  readTransformersOptimizer(reading, "optimizer", of);
  reading.setOr("packing", "sample_packing", reading.flag("sample_packing"), { value: false, of });
  readCheckpointing(reading);
  readAttention(reading);
  readLoss(reading);
  reading.notModelled(notModelled);
}

function readMethod(reading: Reading): void {
  const adapter = reading.choice("adapter", ["lora", "qlora"]);
  if (adapter === undefined) {
    // What is no adapter of ours is a problem that choice has noted.
    if (reading.raw("adapter") === undefined) reading.set("method", "full", "axolotl's default (adapter)");
    readFloatBase(reading);
    return;
  }
  reading.set("method", "lora", reading.at("adapter"));
  const rank = reading.count("lora_r");
  if (rank !== undefined) reading.set("rank", rank, reading.at("lora_r"));
  else if (reading.raw("lora_r") === undefined) reading.problem("lora_r", "a positive integer");
  const dropout = reading.share("lora_dropout");
  reading.setOr("dropout", "lora_dropout", dropout, { value: 0, of: "axolotl" });
  if (reading.flag("lora_target_linear") === true) {
    reading.set("targets", "all-linear", reading.at("lora_target_linear"));
    if (reading.raw("lora_target_modules") !== undefined)
      reading.remark(
        `${reading.at("lora_target_modules")}: in all-linear, unless it names an embedding or head`,
      );
  } else readPeftTargets(reading, "lora_target_modules");
  readAdapterBase(reading, adapter);
  if (dropout === undefined || dropout === 0) remarkKernels(reading);
}

function readAdapterBase(reading: Reading, adapter: "lora" | "qlora"): void {
  const in4 = reading.flag("load_in_4bit") ?? false;
  const in8 = reading.flag("load_in_8bit") ?? false;
  const quantized = adapter === "qlora" || in8;
  const other = ["gptq", "model_quantization_config"].find((path) => (reading.raw(path) ?? false) !== false);
  if (other !== undefined) {
    reading.unread("base", `${reading.at(other)} is a format that is not modelled`);
  } else if (adapter === "qlora") {
    if (in8) reading.problem("load_in_8bit", "false with adapter qlora");
    if (!in4) reading.problem("load_in_4bit", "true with adapter qlora");
    readFourBits(reading);
  } else if (in8) reading.set("base", "int8", reading.at("load_in_8bit"));
  else {
    if (in4) reading.remark("load_in_4bit true: axolotl quantises to 4 bits under adapter qlora only");
    readFloatBase(reading);
  }
  const adapterDtype = reading.flag("peft_autocast_adapter_dtype");
  if (adapterDtype !== false) {
    const origin = "peft_autocast_adapter_dtype";
    reading.setOr("adapterDtype", origin, adapterDtype && "fp32", { value: "fp32", of: "PEFT" });
  } else {
    reading.set("adapterDtype", computeDtype(reading).dtype, reading.at("peft_autocast_adapter_dtype"));
  }
  if (quantized) {
    // It prepares for k-bit training, then casts norms, embeddings and head back to the compute type.
    reading.set("kbitPrepare", false, "axolotl casts back what k-bit preparation made fp32");
  }
}

function readFourBits(reading: Reading): void {
  const path = "bnb_config_kwargs";
  const type = reading.choice(`${path}.bnb_4bit_quant_type`, ["nf4", "fp4"]);
  const double = reading.flag(`${path}.bnb_4bit_use_double_quant`);
  if (type === "fp4") {
    reading.unread("base", `${reading.at(`${path}.bnb_4bit_quant_type`)} is a format that is not modelled`);
    return;
  }
  const said = reading.at("load_in_4bit", `${path}.bnb_4bit_quant_type`, `${path}.bnb_4bit_use_double_quant`);
  if (double === false) reading.set("base", "nf4", said);
  else
    reading.set("base", "nf4-dq", double === true ? said : `${said}, axolotl's default double quantisation`);
}

function readFloatBase(reading: Reading): void {
  const { dtype, origin } = computeDtype(reading);
  reading.set("base", dtype, origin);
}

function computeDtype(reading: Reading): { dtype: "bf16" | "fp16" | "fp32"; origin: string } {
  const bf16 = reading.raw("bf16");
  if (bf16 === true || bf16 === "full" || reading.raw("bfloat16") === true)
    return { dtype: "bf16", origin: reading.at("bf16", "bfloat16") };
  if (reading.raw("fp16") === true || reading.raw("float16") === true)
    return { dtype: "fp16", origin: reading.at("fp16", "float16") };
  if (bf16 === false) return { dtype: "fp32", origin: "bf16 false without fp16" };
  if (bf16 !== undefined && bf16 !== "auto") reading.problem("bf16", "true, false, full or auto");
  const said = bf16 === undefined ? "axolotl's default (bf16 auto)" : "bf16 auto";
  return { dtype: "bf16", origin: `${said}, on a GPU that has it` };
}

function readCheckpointing(reading: Reading): void {
  const on = reading.choice("gradient_checkpointing", [true, false, "offload", "offload_disk", "unsloth"]);
  const offload = reading.choice("activation_offloading", [true, false, "legacy", "disk", "hidden_states"]);
  if (on === undefined && reading.raw("gradient_checkpointing") !== undefined) return;
  const said = reading.at("gradient_checkpointing", "activation_offloading");
  if (offload !== undefined && offload !== false) {
    if (on === undefined || on === false)
      reading.problem("gradient_checkpointing", "on with activation_offloading");
    reading.set("checkpointing", "offload", said);
  } else if (typeof on === "string") reading.set("checkpointing", "offload", said);
  else if (on === undefined)
    reading.set("checkpointing", "off", "axolotl's default (gradient_checkpointing)");
  else reading.set("checkpointing", on ? "on" : "off", said);
}

function readAttention(reading: Reading): void {
  const name = reading.text("attn_implementation");
  if (name !== undefined) {
    const kind = name === "eager" || name === "sdpa" ? name : /flash|xformers|sage/.test(name) && "flash";
    if (kind) reading.set("attention", kind, reading.at("attn_implementation"));
    else reading.unread("attention", `${reading.at("attn_implementation")} is a kernel that is not modelled`);
    return;
  }
  for (const [flag, kind] of Object.entries(attentionFlags)) {
    if (reading.flag(flag) !== true) continue;
    reading.set("attention", kind, reading.at(flag));
    return;
  }
  if (reading.raw("flex_attention") === true)
    reading.unread("attention", "flex_attention true is a kernel that is not modelled");
}

/** The fused losses are plugins: without them their fields do nothing. */
function readLoss(reading: Reading): void {
  const listed = reading.raw("plugins");
  const plugins = (Array.isArray(listed) ? listed : []).map(String);
  const plugin = (name: string): string | undefined => plugins.find((path) => path.endsWith(`.${name}`));
  const fused = (path: string, name: string, absent: boolean): void => {
    const on = reading.flag(path);
    const found = plugin(name);
    if (found !== undefined && (on ?? absent))
      reading.set("loss", "fused", reading.at(path) || `plugins ${found}`);
    else if (on === true) reading.remark(`${reading.at(path)} does nothing: plugins does not list a ${name}`);
  };
  // Preference and reward training have losses of their own.
  if (reading.flag("chunked_cross_entropy") === true)
    reading.set("loss", "chunked", reading.at("chunked_cross_entropy"));
  else if (reading.raw("rl") === undefined)
    reading.set("loss", "full", "axolotl's default (no fused or chunked cross entropy)");
  fused("liger_fused_linear_cross_entropy", "LigerPlugin", false);
  fused("cut_cross_entropy", "CutCrossEntropyPlugin", true);
}

/** It turns its LoRA kernels on by itself, unless one of them is named, the base is in 8 bits or code is trusted. */
function remarkKernels(reading: Reading): void {
  const named = ["mlp", "qkv", "o", "embedding"].some(
    (part) => reading.raw(`lora_${part}_kernel`) !== undefined,
  );
  if (named || reading.raw("load_in_8bit") === true || reading.raw("trust_remote_code") === true) return;
  reading.remark("axolotl turns its LoRA kernels on by itself: not modelled, they keep fewer activations");
}
