import type { ExpertAdapters, ExpertRules } from "../model/expert-adapters.ts";
import type { FloatDtype } from "./base-bytes.ts";
import type { stackChoices } from "./names.ts";
import type { OptimizerName } from "./optimizer-bytes.ts";

type ChoiceOf<Name extends keyof typeof stackChoices> = (typeof stackChoices)[Name][number];

/**
 * Loss computation, which decides which logits are in memory. `full`: logits for all tokens at once, in full precision.
 * `chunked`: logits for some tokens at a time. `fused`: head and loss in one kernel, so that logits never exist as a
 * whole.
 */
export type LossKind = ChoiceOf<"loss">;
export type AttentionKind = ChoiceOf<"attention">;
/** Checkpointing kind; with `offload`, block inputs wait in the host's memory. */
export type CheckpointingKind = ChoiceOf<"checkpointing">;

/**
 * Adapter variant. `dora` also trains a magnitude for each weight row. `lora-fa` freezes A. In `bd-lora` the larger of
 * A and B, by what it touches, has two blocks on its diagonal and so half its parameters.
 */
export type AdapterVariant = ChoiceOf<"variant">;

/** Training stack settings; a profile has a default for each. */
export interface StackSettings {
  readonly variant: AdapterVariant;
  readonly loss: LossKind;
  readonly attention: AttentionKind;
  /** Share of an adapter's inputs that is dropped, 0 ≤ p < 1. Above 0 each adapter saves a copy and a mask. */
  readonly dropout: number;
  readonly adapterDtype: FloatDtype;
  /** Layers whose product and adapter are a single function with a backward pass of its own. */
  readonly loraKernels: ChoiceOf<"loraKernels">;
  /** True if norms are kernels that save their input as it is, in place of an fp32 copy: Liger's, Unsloth's. */
  readonly fusedNorms: boolean;
  /** True if `prepare_model_for_kbit_training` is called: 16-bit weights on a 4-bit or 8-bit base become fp32. */
  readonly kbitPrepare: boolean;
  /** bitsandbytes version: before 0.43.2 each 4-bit linear layer keeps a copy of the input. */
  readonly bnbVersion: string;
  readonly optimizer: OptimizerName;
  readonly checkpointing: CheckpointingKind;
  /** True if texts fill the length without padding. Nothing changes at the peak, which the longest batch sets. */
  readonly packing: boolean;
  /**
   * True if passes hold padding, or several texts a row with positions that restart. Attention by sdpa then reads a
   * mask, and repeats keys and values.
   */
  readonly padding: boolean;
  /** True for `torch.compile` on each block: element-wise results are recomputed in the backward pass. */
  readonly compile: boolean;
  /** True if a step accumulates several passes: gradients from earlier passes stay while a later pass runs. */
  readonly accumulation: boolean;
  /** True if each weight steps as soon as its gradient is there, and frees it. Full fine-tuning alone. */
  readonly optimizerInBackward: boolean;
}

/** Facts on a stack's code that no setting changes. Sizes are bytes a token unless stated otherwise. */
export interface StackTraits {
  /** Bytes per token and vocabulary entry at the loss's peak. */
  readonly logitBytes: Readonly<Record<LossKind, number>>;
  /** Tokens per part in a chunked loss whose parts are freed; unset if they stay. */
  readonly chunkTokens: number | undefined;
  /** Vocabulary entries in a tile of logits, where texts are scored without all logits. */
  readonly tileColumns: number;
  /** True if a chunked loss scores tiles of logits, with the hidden states' gradient in fp32. */
  readonly tilesLoss: boolean;
  /** True if a chunked loss copies the output head to fp32, for a product that autocast computes in 16 bits. */
  readonly copiesHead: boolean;
  /** Bytes that a fused loss takes at most, in parts by what is free: in the upper bound of reserved memory only. */
  readonly fusedLossLimit: number;
  /** Part of `logitBytes` left after the forward pass, before any gradient. */
  readonly keptLogitBytes: number;
  /** Bytes per logit that the training loop holds until its next pass, at least; 0 if freed before the backward pass. */
  readonly heldLogitBytes: 0 | 2 | 4;
  /**
   * True if keys and values are repeated for all query heads before `sdpa` saves them; eager attention always does so,
   * flash never.
   */
  readonly expandsKeyValue: boolean;
  /** Bytes per element in a saved RMSNorm input: 4 where the norm works on an fp32 copy, 2 in fused kernels. */
  readonly rmsNormBytes: number;
  /**
   * Bytes per inner element in a gated feed-forward layer: 6 for gate, act(gate) and up; 4 if act(gate) is recomputed.
   */
  readonly gatedBytes: number;
  /** True if a plain feed-forward layer's activation is a kernel that saves its input alone. */
  readonly fusesActivations: boolean;
  /** True if the model's own dropout, by the rates of its config, is on in training. */
  readonly modelDropout: boolean;
  /** Facts on the kernels that `loraKernels` turns on. */
  readonly kernels: KernelTraits;
  /** True for a fused q, k and v adapter, which shares a single input copy. */
  readonly sharesQkvAdapter: boolean;
  /** Bytes per element of q, k and v that stay beside the heads if k and v are not repeated. */
  readonly rawQkvBytes: number;
  /** Bytes per output element in adapters on q and v, if only these two have any. */
  readonly queryValueAdapterBytes: number;
  /** True if an input that a 4-bit layer keeps is a copy of the attention's output, which attention has saved too. */
  readonly keepsAttentionOutput: boolean;
  /**
   * True if the loop's names still hold a pass's logits, and by its loss its graph, while the next pass runs forward. A
   * layer of bitsandbytes before 0.43.2 keeps its input as long as its graph.
   */
  readonly holdsFormerPass: boolean;
  /** Sequence positions in a loss part whose logits stay, and bytes per logit that its gradients add. */
  readonly lossPart: { readonly positions: number; readonly bytes: number };
  /** True if a tied output head is stored as a separate matrix. */
  readonly untiesHead: boolean;
  /** Bytes per output head weight that a 4-bit head decodes for its product; 0 where the head stays in 16 bits. */
  readonly decodedHeadBytes: number;
  /** True if `prepare_model_for_kbit_training` leaves embeddings and head in fp32. */
  readonly kbitEmbeddings: boolean;
  /** True if `prepare_model_for_kbit_training` makes activations fp32: quantised layers return their input's dtype. */
  readonly kbitResidual: boolean;
  /**
   * True if products run under autocast, as in Trainer with `bf16=True`: adapters, attention and head work in 16 bits.
   */
  readonly autocast: boolean;
  /** True if `prepare_model_for_kbit_training` skips GPTQ models. */
  readonly kbitSkipsGptq: boolean;
  /** True if linear layers without an adapter stay in 16 bits. */
  readonly quantizesAdaptedOnly: boolean;
  /** Storage of a mixture's experts. Separate experts run one after another, stacked ones all at once. */
  readonly experts: Exclude<ExpertAdapters, "by-active-experts">;
  /** `names` if the stack turns "all-linear" into names of linear layers before PEFT sees it. */
  readonly allLinear: NonNullable<ExpertRules["allLinear"]>;
  /**
   * True if stacked experts are quantised too, and adapted beside their product. Source: unsloth_zoo 2026.10,
   * moe_utils_bnb4bit.py and `_should_use_separated_lora`
   */
  readonly patchesExperts: boolean;
  /** True if the part that reads images gets no adapters, and no gradients pass it. */
  readonly freezesTower: boolean;
  /** True if checkpoints are re-entrant: a block's recomputed result stays while the block runs backward. */
  readonly reentrant: boolean;
  /** True if, under FSDP, checkpointed frozen blocks keep their inputs and those inputs' gradients. */
  readonly fsdpKeepsInputs: boolean;
}

export interface KernelTraits {
  /** Bytes per input element that dropout adds: a dropped copy, its mask, or both. */
  readonly dropoutBytes: number;
  /** True if layers that read the same input share these; the last feed-forward projection then has no dropout. */
  readonly sharesDropout: boolean;
  /** True if the gradient of the feed-forward layer's input takes that input's place. */
  readonly reusesInput: boolean;
  /** True if layers with a bias or DoRA's magnitudes run as in PEFT. */
  readonly plainOnly: boolean;
}

/**
 * Traits under `settings`. A compiled block keeps a norm's input instead of its fp32 copy, and gate and up without
 * act(gate). Inputs to backward products stay: normalised inputs, q, expanded k and v, gate times up. Source: torch
 * 2.5, `min_cut_rematerialization_partition`: an input to a product in the backward pass is not recomputed
 */
export function traitsUnder({ compile, fusedNorms }: StackSettings, traits: StackTraits): StackTraits {
  return {
    ...traits,
    rmsNormBytes: compile || fusedNorms ? Math.min(2, traits.rmsNormBytes) : traits.rmsNormBytes,
    gatedBytes: compile ? Math.min(4, traits.gatedBytes) : traits.gatedBytes,
  };
}
