import type { StackTraits } from "./stack.ts";

export const traits: StackTraits = {
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
export const trainerTraits: StackTraits = {
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
export const traits2024: StackTraits = {
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
export const sftTraits2024: StackTraits = {
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

/**
 * Fabric returns logits as fp32, which the loss's log-softmax doubles; parts of 128 positions stay, and the last one's
 * two gradients come beside them. The former pass's logits stay until its successor returns. Source: litgpt 0.4,
 * `finetune/lora.py`, `fit`, `chunked_cross_entropy`; lightning 2.3, `HalfPrecision.convert_output`; bitsandbytes 0.42,
 * `MatMul4Bit`, `ctx.tensors`
 */
export const litgptTraits: StackTraits = {
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

/**
 * torchtune recipes free the logits before the backward pass. A full loss keeps log-softmax and two gradients; a
 * compiled loss over eight parts keeps all 16-bit logits and a part's gradient. Source: torchtune 0.6, `_loss_step`,
 * `CEWithChunkedOutputLoss`, `MultiHeadAttention` and its LoRA configs
 */
export const torchtuneTraits: StackTraits = {
  ...traits,
  logitBytes: { full: 12, chunked: 2 + 2 / 8, fused: 0 },
  heldLogitBytes: 0,
  chunkTokens: undefined,
  fusesActivations: true,
  modelDropout: false, // torchtune 0.6, `attn_dropout=0.0` in its builders of models
  expandsKeyValue: true,
  quantizesAdaptedOnly: true,
};

/**
 * Unsloth's kernels save a mask a layer under dropout, and write the gradient over the feed-forward layer's input. Its
 * fused loss takes half of the free memory, at most 4 GiB, and computes four parts or more. Source: unsloth 2026.10,
 * `kernels/fast_lora.py` and `rms_layernorm.py`; unsloth_zoo 2026.10, `UnslothCheckpointFunction`, `get_chunk_size`
 */
export const unslothTraits: StackTraits = {
  ...trainerTraits,
  fusedLossLimit: 4 * 2 ** 30,
  rmsNormBytes: 2,
  kernels: { dropoutBytes: 1, sharesDropout: false, reusesInput: true, plainOnly: true },
  reentrant: true,
  patchesExperts: true,
};
