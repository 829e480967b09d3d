import { sumOf } from "../model/linear-shapes.ts";
import type { BlockActivations } from "./activations.ts";

/** Bytes at one time by content. */
export interface MemoryParts {
  readonly baseWeights: number;
  readonly quantizationConstants: number;
  readonly adapterWeights: number;
  readonly gradients: number;
  readonly optimizerStates: number;
  /** Inputs of the blocks, which checkpointing saves. */
  readonly checkpoints: number;
  readonly norms: number;
  readonly attention: number;
  readonly feedForward: number;
  readonly adapterInputs: number;
  /** Inputs of quantised, or of trained, linear layers. */
  readonly linearInputs: number;
  readonly stackCopies: number;
  readonly logitsAndLoss: number;
  readonly scratch: number;
}

export const noParts: MemoryParts = {
  baseWeights: 0,
  quantizationConstants: 0,
  adapterWeights: 0,
  gradients: 0,
  optimizerStates: 0,
  checkpoints: 0,
  norms: 0,
  attention: 0,
  feedForward: 0,
  adapterInputs: 0,
  linearInputs: 0,
  stackCopies: 0,
  logitsAndLoss: 0,
  scratch: 0,
};

/** The parts in words. */
export const partWords: Readonly<Record<keyof MemoryParts, string>> = {
  baseWeights: "weights of the model",
  quantizationConstants: "constants of their quantisation",
  adapterWeights: "adapter",
  gradients: "gradients",
  optimizerStates: "optimiser states",
  checkpoints: "block inputs, kept by checkpointing",
  norms: "inputs of norms",
  attention: "attention: q, k, v and result",
  feedForward: "feed-forward layers",
  adapterInputs: "inputs of adapters",
  linearInputs: "inputs of linear layers",
  stackCopies: "copies that this stack makes",
  logitsAndLoss: "logits and loss",
  scratch: "workspaces",
};

export function totalOfParts(parts: MemoryParts): number {
  return sumOf(Object.values(parts));
}

/** Adds the activations of `tokens` tokens in one block; for several blocks, `tokens` is multiplied by their number. */
export function withBlock(parts: MemoryParts, block: BlockActivations, tokens: number): MemoryParts {
  const bytes = { ...parts };
  for (const [name, each] of Object.entries(block) as [keyof BlockActivations, number][]) {
    bytes[name] = parts[name] + tokens * each;
  }
  return bytes;
}
