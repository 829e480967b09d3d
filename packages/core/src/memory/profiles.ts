import { InputError } from "../errors.ts";
import type { BaseFormatName } from "./base-bytes.ts";
import { profileNames } from "./names.ts";
import type { StackSettings, StackTraits } from "./stack.ts";

/** Training stack (library and version) with default settings and fixed traits. */
export interface Profile {
  readonly name: (typeof profileNames)[number];
  readonly stack: string;
  readonly settings: StackSettings;
  /** QLoRA settings in the stack's guides, beside a quantised base. */
  readonly qlora?: Partial<StackSettings>;
  /** Settings that the stack makes by itself on a base that bitsandbytes quantises. */
  readonly onQuantized?: Partial<StackSettings>;
  readonly traits: StackTraits;
}

const settings: StackSettings = {
  variant: "lora",
  loss: "full",
  attention: "sdpa",
  dropout: 0,
  adapterDtype: "fp32", // peft ≥ 0.11, `autocast_adapter_dtype`
  loraKernels: "off",
  fusedNorms: false,
  kbitPrepare: false,
  bnbVersion: "0.50.0",
  optimizer: "adamw",
  checkpointing: "off",
  packing: false,
  padding: false,
  compile: false,
  accumulation: false,
  optimizerInBackward: false,
};

const traits: StackTraits = {
  // Bytes per logit in the backward pass: 16-bit logits in the loop's `outputs` 2, log-softmax 4, its gradient 4, the
  // logits' 4. Source: transformers 5.24, `ForCausalLMLoss`
  logitBytes: { full: 14, chunked: 0, fused: 0 },
  chunkTokens: 256, // trl 1.14, `_CHUNKED_LM_HEAD_CHUNK_SIZE`
  tileColumns: 32_768, // trl 1.16, `_CHUNKED_LOGPROB_CHUNK_SIZE`
  tilesLoss: false,
  copiesHead: false,
  fusedLossLimit: 0,
  keptLogitBytes: 4, // fp32 logits after the forward pass in answer-ai's notebook
  heldLogitBytes: 2, // `outputs` in the loops of PEFT's examples
  expandsKeyValue: false, // transformers ≥ 4.48 passes `enable_gqa` to the kernel
  rmsNormBytes: 4,
  gatedBytes: 6,
  fusesActivations: false,
  modelDropout: true,
  // A copy and its mask for all layers of a kernel. Source: axolotl 0.19, `kernels/lora.py`
  kernels: { dropoutBytes: 3, sharesDropout: true, reusesInput: false, plainOnly: false },
  sharesQkvAdapter: false,
  rawQkvBytes: 0,
  queryValueAdapterBytes: 0,
  keepsAttentionOutput: false,
  holdsFormerPass: false,
  lossPart: { positions: 0, bytes: 0 },
  untiesHead: false,
  decodedHeadBytes: 0,
  kbitEmbeddings: true,
  kbitResidual: true,
  autocast: false,
  kbitSkipsGptq: true, // peft 0.21, `is_gptq_quantized`
  quantizesAdaptedOnly: false,
  experts: "stacked", // transformers 5 computes all experts in a grouped product
  allLinear: "layers",
  patchesExperts: false,
  freezesTower: false,
  reentrant: false, // transformers 5, `gradient_checkpointing_enable`
  fsdpKeepsInputs: false,
};

/**
 * Stacks on Trainer: under autocast, logits freed before the backward pass. Source: accelerate 1.11,
 * `Accelerator.prepare_model`; transformers 5.24, `Trainer.compute_loss`
 */
const trainerTraits: StackTraits = {
  ...traits,
  logitBytes: { ...traits.logitBytes, full: 12 },
  heldLogitBytes: 0,
  autocast: true,
};

/**
 * Stacks before transformers 4.48, which repeat keys and values for all heads. Two pieces of the measured slopes remain
 * uncounted, alike in answer-ai's notebook and litgpt's tables. First: 4 bytes per q element if k and v are not
 * repeated. Second: 2 bytes per output element in adapters on q and v alone (fitted: 0.86 and 1.19 times that). In
 * litgpt a fused projection and `index_copy` explain both.
 */
const traits2024: StackTraits = {
  ...traits,
  // transformers ≤ 4.45: fp32 logits in `outputs` 4, log-softmax 4, two gradients at 4 each
  logitBytes: { ...traits.logitBytes, full: 16 },
  heldLogitBytes: 4,
  expandsKeyValue: true,
  rawQkvBytes: 4,
  queryValueAdapterBytes: 2,
  reentrant: true, // transformers ≤ 4.49, `gradient_checkpointing_enable`
  experts: "separate",
};

/**
 * SFTTrainer in 2024. Embeddings return to 16 bits: fms-acceleration's static bytes are alike with and without.
 * transformers ≤ 4.45 replaces 16-bit logits by fp32: 4, a shifted copy 4, log-softmax 4. Checkpointing runs blocks on
 * detached inputs. Under FSDP each frozen block's hook forms a cycle with its input, freed only by Python's collector;
 * trained blocks have another hook. Source: torch 2.4, `_register_post_backward_reshard_only_hook`
 */
const sftTraits2024: StackTraits = {
  ...traits2024,
  logitBytes: { ...traits.logitBytes, full: 12 },
  heldLogitBytes: 0,
  rawQkvBytes: 0,
  queryValueAdapterBytes: 0,
  kbitEmbeddings: false,
  autocast: true,
  // fms-acceleration's kernels: a dropped copy a layer. Source: its plugin fused-ops-and-kernels, `unsloth_lora`
  kernels: { dropoutBytes: 2, sharesDropout: false, reusesInput: true, plainOnly: false },
  fsdpKeepsInputs: true,
};

const sft2024: StackSettings = {
  ...settings,
  ...{ dropout: 0.1, kbitPrepare: true, checkpointing: "on", attention: "flash" },
};

/** Trainer's optimiser from torch 2.8 on. Source: transformers 5.24, `TrainingArguments.default_optim` */
const trainer: StackSettings = { ...settings, optimizer: "adamw-fused" };

const trlSft: StackSettings = { ...trainer, loss: "chunked", checkpointing: "on" };

/**
 * Fabric returns logits as fp32, which the loss's log-softmax doubles; parts of 128 positions stay, and the last one's
 * two gradients come beside them. The former pass's logits stay until its successor returns. Source: litgpt 0.4,
 * `finetune/lora.py`, `fit`, `chunked_cross_entropy`; lightning 2.3, `HalfPrecision.convert_output`; bitsandbytes 0.42,
 * `MatMul4Bit`, `ctx.tensors`
 */
const litgptTraits: StackTraits = {
  ...traits2024,
  logitBytes: { full: 14, chunked: 8, fused: 0 },
  heldLogitBytes: 4,
  chunkTokens: undefined,
  lossPart: { positions: 128, bytes: 8 },
  fusesActivations: true, // litgpt 0.5, `torch.nn.functional.gelu`
  modelDropout: false, // litgpt 0.5, `model.py`
  sharesQkvAdapter: true,
  keepsAttentionOutput: true,
  holdsFormerPass: true,
  untiesHead: true,
  decodedHeadBytes: 2, // lightning 2.3 replaces each `torch.nn.Linear`, the head too
};

const litgpt: StackSettings = {
  ...settings,
  loss: "chunked",
  dropout: 0.05,
  adapterDtype: "bf16",
  bnbVersion: "0.42.0",
};

/**
 * torchtune recipes free the logits before the backward pass. A full loss keeps log-softmax and two gradients; a
 * compiled loss over eight parts keeps all 16-bit logits and a part's gradient. Source: torchtune 0.6, `_loss_step`,
 * `CEWithChunkedOutputLoss`, `MultiHeadAttention` and its LoRA configs
 */
const torchtuneTraits: StackTraits = {
  ...traits,
  logitBytes: { full: 12, chunked: 2 + 2 / 8, fused: 0 },
  heldLogitBytes: 0,
  chunkTokens: undefined,
  fusesActivations: true,
  modelDropout: false, // torchtune 0.6, `attn_dropout=0.0` in its builders of models
  expandsKeyValue: true,
  quantizesAdaptedOnly: true,
};

const torchtune: StackSettings = {
  ...settings,
  loss: "chunked", // `CEWithChunkedOutputLoss`: eight parts of fp32 logits
  adapterDtype: "bf16",
  optimizer: "adamw-fused", // torchtune 0.6, `fused: True` in its LoRA configs
  checkpointing: "on",
  packing: true,
};

/**
 * Unsloth's kernels save a mask a layer under dropout, and write the gradient over the feed-forward layer's input. Its
 * fused loss takes half of the free memory, at most 4 GiB, and computes four parts or more. Source: unsloth 2026.10,
 * `kernels/fast_lora.py` and `rms_layernorm.py`; unsloth_zoo 2026.10, `UnslothCheckpointFunction`, `get_chunk_size`
 */
const unslothTraits: StackTraits = {
  ...trainerTraits,
  fusedLossLimit: 4 * 2 ** 30,
  rmsNormBytes: 2,
  kernels: { dropoutBytes: 1, sharesDropout: false, reusesInput: true, plainOnly: true },
  reentrant: true,
  patchesExperts: true,
};

/**
 * `prepare_model_for_kbit_training` turns checkpointing on by default. Source: PEFT's quantisation guide, and
 * `use_gradient_checkpointing=True` in peft/utils/other.py
 */
const peftGuide = { kbitPrepare: true, checkpointing: "on" } as const;

export const profiles: readonly Profile[] = [
  {
    name: "peft",
    stack: "peft ≥ 0.17, transformers ≥ 4.48, a training loop of your own",
    settings,
    qlora: peftGuide,
    traits,
  },
  {
    name: "peft-2024",
    stack: "peft ≤ 0.13, transformers ≤ 4.47, bitsandbytes 0.42",
    settings: { ...settings, dropout: 0.1, bnbVersion: "0.42.0" },
    qlora: peftGuide,
    traits: traits2024,
  },
  {
    name: "trl",
    stack: "trl ≥ 1.15 SFTTrainer, transformers ≥ 5",
    settings: trlSft,
    // `_is_quantized_model` in the trainers of SFT, DPO, GRPO and rewards of trl 1.0, and of KTO in 1.9
    onQuantized: { adapterDtype: "bf16" },
    traits: { ...trainerTraits, tilesLoss: true }, // trl 1.16, `add_fused_lm_head`
  },
  {
    name: "trl-2024",
    stack: "trl 0.8–0.11 SFTTrainer, transformers ≤ 4.45",
    settings: sft2024,
    traits: sftTraits2024,
  },
  {
    name: "trl-2025",
    stack: "trl 0.12–0.15 SFTTrainer, transformers 4.46–4.49",
    settings: sft2024,
    // Bytes per logit: 16-bit logits stay beside their fp32 copy and its shifted copy.
    traits: { ...sftTraits2024, logitBytes: { ...traits.logitBytes, full: 14 } },
  },
  {
    name: "trl-2026",
    stack: "trl 1.7–1.12 SFTTrainer, transformers 5",
    settings: trlSft,
    onQuantized: { adapterDtype: "bf16" },
    traits: { ...trainerTraits, copiesHead: true }, // trl 1.10, `_chunk`: `h.float() @ w.float().t()`
  },
  {
    name: "axolotl",
    stack: "axolotl 0.19, transformers 5",
    // k-bit preparation, after which norms, embeddings and head return to the compute dtype.
    settings: {
      ...trainer,
      dropout: 0.05,
      loraKernels: "on", // axolotl 0.19, `check_auto_enable_lora_kernels`
      checkpointing: "on",
      attention: "flash",
      packing: true,
    },
    // All logits in 16 bits, and their parts' gradients. Source: axolotl 0.19, `patch_chunked_ce_loss_fn` and, for
    // checkpoints, `normalize_config`
    traits: {
      ...trainerTraits,
      logitBytes: { ...trainerTraits.logitBytes, chunked: 4 },
      chunkTokens: undefined,
      reentrant: true,
      allLinear: "names", // `find_all_linear_names` names linear layers to PEFT
    },
  },
  {
    name: "llama-factory",
    stack: "llamafactory 0.9, transformers 5",
    settings: { ...trainer, checkpointing: "on" },
    // llamafactory 0.9.5 needs peft ≤ 0.18.1, which knows no stacked experts; `use_reentrant_gc`.
    // `freeze_vision_tower`, on by default.
    traits: { ...trainerTraits, experts: "linear-only", reentrant: true, freezesTower: true },
  },
  {
    name: "unsloth",
    stack: "unsloth 2026.10",
    settings: {
      ...settings,
      loss: "fused",
      attention: "flash",
      optimizer: "adamw-8bit", // unsloth 2026.10, `models/rl.py`
      loraKernels: "on",
      checkpointing: "offload",
    },
    traits: unslothTraits,
  },
  {
    name: "qwen-2023",
    stack: "Qwen's finetune.py of 2023, transformers 4.32, its own modelling code",
    settings: { ...settings, dropout: 0.05, kbitPrepare: true, checkpointing: "on", attention: "flash" },
    // Bytes per logit, all in 16 bits: logits, shifted copy, log-softmax, gradient.
    traits: {
      ...traits2024,
      logitBytes: { full: 8, chunked: 0, fused: 0 },
      heldLogitBytes: 0,
      kbitSkipsGptq: false,
      kbitResidual: false,
      autocast: true,
    },
  },
  { name: "torchtune", stack: "torchtune ≥ 0.4", settings: torchtune, traits: torchtuneTraits },
  {
    name: "torchtune-2024",
    stack: "torchtune 0.1, full loss in fp32",
    settings: { ...torchtune, loss: "full", packing: false },
    // Bytes per logit: the loop keeps logits and a shifted copy.
    traits: { ...torchtuneTraits, logitBytes: { ...torchtuneTraits.logitBytes, full: 18 } },
  },
  {
    name: "litgpt",
    stack: "litgpt ≥ 0.3, bf16-true",
    settings: litgpt,
    traits: litgptTraits,
  },
  {
    name: "litgpt-2023",
    stack: "lit-gpt of 2023, bf16-true, bitsandbytes 0.41",
    settings: { ...litgpt, bnbVersion: "0.41.0" },
    // Its first pass has the longest text, with no pass before it. Source: lit-gpt of 2023-10, `get_batch`
    traits: { ...litgptTraits, holdsFormerPass: false },
  },
];

/** Settings of a stack on a base, before any that is stated. */
export function settingsOn(
  { settings, onQuantized }: Pick<Profile, "settings" | "onQuantized">,
  base: BaseFormatName,
): StackSettings {
  return ["int8", "nf4", "nf4-dq"].includes(base) ? { ...settings, ...onQuantized } : settings;
}

/** Profile by name. Throws E_PROFILE for an unknown name. */
export function profileOf(name: string): Profile {
  const found = profiles.find((profile) => profile.name === name);
  if (found) return found;
  throw new InputError(
    "E_PROFILE",
    `profile must be one of ${profileNames.join(", ")}, got ${JSON.stringify(name)}`,
  );
}
