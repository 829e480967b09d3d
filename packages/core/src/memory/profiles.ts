import { InputError } from "../errors.ts";
import { profileNames } from "./names.ts";
import type { StackSettings, StackTraits } from "./stack.ts";

/** A training stack at a version: settings with their defaults, and traits of its code that no setting changes. */
export interface Profile {
  readonly name: (typeof profileNames)[number];
  /** Libraries and versions, in words. */
  readonly stack: string;
  readonly settings: StackSettings;
  /** Settings for QLoRA in its guides, in addition to a quantised base. */
  readonly qlora?: Partial<StackSettings>;
  readonly traits: StackTraits;
}

const settings: StackSettings = {
  variant: "lora",
  loss: "full",
  attention: "sdpa",
  dropout: 0,
  adapterDtype: "fp32", // peft ≥ 0.11, `autocast_adapter_dtype`
  kbitPrepare: false,
  bnbVersion: "0.50.0",
  optimizer: "adamw",
  checkpointing: "off",
  packing: false,
  compile: false,
  accumulation: false,
};

const traits: StackTraits = {
  // In the backward pass: 16-bit logits, which the loop's `outputs` hold, 2, log-softmax 4, its gradient 4, theirs 4.
  // Source: transformers 5.24, `ForCausalLMLoss`
  logitBytes: { full: 14, chunked: 0, fused: 0 },
  chunkTokens: 256, // trl 1.16, the chunk of its loss
  keptLogitBytes: 4, // what answer-ai's notebook shows after the forward pass: fp32 logits
  expandsKeyValue: false, // transformers ≥ 4.48 passes `enable_gqa` to the kernel
  rmsNormBytes: 4,
  gatedBytes: 6,
  sharesQkvAdapter: false,
  rawQkvBytes: 0,
  queryValueAdapterBytes: 0,
  keptQuantizedInputs: 1,
  keepsAttentionOutput: false,
  untiesHead: false,
  quantizedHeadScratch: 0,
  kbitEmbeddings: true,
  kbitResidual: true,
  autocast: false,
  kbitSkipsGptq: true, // peft 0.21, `is_gptq_quantized`
  fusedStep: false,
  quantizesAdaptedOnly: false,
  expertsInTurn: false, // transformers 5 computes them in one grouped product
  fsdpKeepsInputs: false,
};

/**
 * Traits of stacks on Trainer. It runs under autocast, and lets go of the logits before the backward pass.
 * Source: accelerate 1.11, `Accelerator.prepare_model`; transformers 5.24, `Trainer.compute_loss`
 */
const trainerTraits: StackTraits = {
  ...traits,
  logitBytes: { ...traits.logitBytes, full: 12 },
  autocast: true,
};

/**
 * Traits of stacks before transformers 4.48, which repeat keys and values for all heads. Counting leaves two pieces of
 * the measured slopes, alike in answer-ai's notebook and in litgpt's tables. One is 4 bytes for each element of q if k
 * and v are not repeated. The other is 2 bytes for each output element of adapters on q and v alone (fitted: 1.01 and
 * 1.06 times that). In litgpt they are the fused projection, of which v is a view, and the source that `index_copy`
 * saves. In the notebook the reason is not known.
 */
const traits2024: StackTraits = {
  ...traits,
  // transformers ≤ 4.45: `outputs` hold fp32 logits, 4, beside log-softmax 4 and two gradients of 4
  logitBytes: { ...traits.logitBytes, full: 16 },
  expandsKeyValue: true,
  rawQkvBytes: 4,
  queryValueAdapterBytes: 2,
  expertsInTurn: true,
};

/**
 * Traits of SFTTrainer of 2024. It turned the embeddings back to 16 bits: static bytes of fms-acceleration are alike with and
 * without. transformers ≤ 4.45 puts fp32 logits in the place of 16-bit ones: 4, a shifted copy 4, log-softmax 4.
 *
 * Its checkpointing runs blocks on detached inputs. Under FSDP a hook of each frozen block is in a cycle with its input,
 * which only Python's collector frees. Trained blocks have another hook.
 * Source: torch 2.4, `_register_post_backward_reshard_only_hook`
 */
const sftTraits2024: StackTraits = {
  ...traits2024,
  logitBytes: { ...traits.logitBytes, full: 12 },
  rawQkvBytes: 0,
  queryValueAdapterBytes: 0,
  kbitEmbeddings: false,
  autocast: true,
  fsdpKeepsInputs: true,
};

const sft2024: StackSettings = {
  ...settings,
  ...{ dropout: 0.1, kbitPrepare: true, checkpointing: "on", attention: "flash" },
};

const litgptTraits: StackTraits = {
  ...traits2024,
  // Logits of 128 tokens at a time stay until the backward pass. Fitted 8.2: 2 for them, and log-softmax with its copy.
  logitBytes: { full: 14, chunked: 8, fused: 0 },
  chunkTokens: undefined,
  sharesQkvAdapter: true,
  keepsAttentionOutput: true,
  untiesHead: true,
  quantizedHeadScratch: 1.66, // fitted on 12 NF4 rows of litgpt's tables: the head, in 4 bits there, is decoded for the loss
};

const litgpt: StackSettings = {
  ...settings,
  loss: "chunked",
  dropout: 0.05,
  adapterDtype: "bf16",
  bnbVersion: "0.42.0",
};

/**
 * Its recipes free the logits before the backward pass: of a full loss stay log-softmax and two gradients. A compiled loss
 * over eight parts saves the 16-bit logits of all and the gradient of one.
 *
 * Source: torchtune 0.6, `_loss_step`, `CEWithChunkedOutputLoss`, `MultiHeadAttention` and its LoRA configs
 */
const torchtuneTraits: StackTraits = {
  ...traits,
  logitBytes: { full: 12, chunked: 2 + 2 / 8, fused: 0 },
  chunkTokens: undefined,
  expandsKeyValue: true,
  fusedStep: true,
  quantizesAdaptedOnly: true,
};

const torchtune: StackSettings = {
  ...settings,
  loss: "chunked", // `CEWithChunkedOutputLoss`: eight parts of fp32 logits
  adapterDtype: "bf16",
  checkpointing: "on",
  packing: true,
};

const unslothTraits: StackTraits = { ...trainerTraits, rmsNormBytes: 2, gatedBytes: 4 };

/**
 * `model = prepare_model_for_kbit_training(model)` turns checkpointing on by default.
 * Source: PEFT's guide to quantisation, and `use_gradient_checkpointing=True` in peft/utils/other.py
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
    stack: "trl ≥ 1.0 SFTTrainer, transformers ≥ 5",
    settings: { ...settings, loss: "chunked", checkpointing: "on" },
    traits: trainerTraits,
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
    // The 16-bit logits stay beside their fp32 copy and its shifted copy.
    traits: { ...sftTraits2024, logitBytes: { ...traits.logitBytes, full: 14 } },
  },
  {
    name: "axolotl",
    stack: "axolotl 0.19, transformers 5",
    // It prepares a k-bit base, then turns norms, embeddings and head back to the compute dtype.
    settings: {
      ...settings,
      dropout: 0.05,
      checkpointing: "on",
      attention: "flash",
      packing: true,
    },
    traits: trainerTraits,
  },
  {
    name: "llama-factory",
    stack: "llamafactory 0.9, transformers 5",
    settings: { ...settings, checkpointing: "on" },
    traits: trainerTraits,
  },
  {
    name: "unsloth",
    stack: "unsloth 2026.10",
    settings: {
      ...settings,
      loss: "fused",
      attention: "flash",
      optimizer: "adamw-8bit",
      checkpointing: "offload",
    },
    traits: unslothTraits,
  },
  {
    name: "qwen-2023",
    stack: "Qwen's finetune.py of 2023, transformers 4.32, its own modelling code",
    settings: { ...settings, dropout: 0.05, kbitPrepare: true, checkpointing: "on", attention: "flash" },
    // That code keeps logits and loss in 16 bits: logits, their shifted copy, log-softmax, gradient.
    traits: {
      ...traits2024,
      logitBytes: { full: 8, chunked: 0, fused: 0 },
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
    // Its loop keeps the logits and a shifted copy.
    traits: { ...torchtuneTraits, logitBytes: { ...torchtuneTraits.logitBytes, full: 18 } },
  },
  {
    name: "litgpt",
    stack: "litgpt ≥ 0.3, bf16-true",
    settings: litgpt,
    traits: { ...litgptTraits, keptQuantizedInputs: 2 },
  },
  {
    name: "litgpt-2023",
    stack: "lit-gpt of 2023, bf16-true, bitsandbytes 0.41",
    settings: { ...litgpt, bnbVersion: "0.41.0" },
    traits: litgptTraits,
  },
];

/** Finds a profile by name. Throws E_PROFILE on an unknown one. */
export function profileOf(name: string): Profile {
  const found = profiles.find((profile) => profile.name === name);
  if (found) return found;
  throw new InputError(
    "E_PROFILE",
    `profile must be one of ${profileNames.join(", ")}, got ${JSON.stringify(name)}`,
  );
}
