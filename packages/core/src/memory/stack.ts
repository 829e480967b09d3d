import type { FloatDtype } from "../base-bytes.ts";

/** How the loss is computed, which decides what of the logits is in memory. */
export type LossKind =
  /** Logits of all tokens at once, in full precision. */
  | "full"
  /** Logits of some tokens at a time, in full precision; they stay until the backward pass. */
  | "chunked"
  /** Head and loss in one kernel: logits never exist as a whole. */
  | "fused";
export type AttentionKind = "eager" | "sdpa" | "flash";
/** `offload`: block inputs wait in the host's memory. */
export type CheckpointingKind = "on" | "off" | "offload";
export type OptimizerName = "adamw" | "adamw-8bit" | "paged-adamw-8bit" | "sgd" | "lion" | "adafactor";

export const lossKinds: readonly LossKind[] = ["full", "chunked", "fused"];
export const attentionKinds: readonly AttentionKind[] = ["eager", "sdpa", "flash"];
export const checkpointingKinds: readonly CheckpointingKind[] = ["on", "off", "offload"];
export const optimizerNames: readonly OptimizerName[] = [
  "adamw",
  "adamw-8bit",
  "paged-adamw-8bit",
  "sgd",
  "lion",
  "adafactor",
];

/** What a training stack does that decides its memory: a profile sets all of it, a user any of it. */
export interface StackSettings {
  readonly loss: LossKind;
  readonly attention: AttentionKind;
  /** Share of an adapter's inputs that is dropped, 0 ≤ p < 1. Above 0 each adapter keeps a copy and a mask. */
  readonly dropout: number;
  readonly adapterDtype: FloatDtype;
  /** `prepare_model_for_kbit_training`: what a 4-bit or 8-bit base leaves in 16 bits becomes fp32. */
  readonly kbitPrepare: boolean;
  /** Of bitsandbytes: before 0.43.2 each 4-bit linear layer keeps its input. */
  readonly bnbVersion: string;
  readonly optimizer: OptimizerName;
  readonly checkpointing: CheckpointingKind;
  /** Texts packed to full length: no padding, and attention kernels that take no mask. */
  readonly packing: boolean;
}
