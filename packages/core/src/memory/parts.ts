import { sumOf } from "../linear-shapes.ts";
import type { BlockActivations } from "./activations.ts";

/** Bytes at one time by what holds them. */
export interface MemoryParts {
  readonly baseWeights: number;
  readonly quantizationConstants: number;
  readonly adapterWeights: number;
  readonly gradients: number;
  readonly optimizerStates: number;
  /** Inputs of the blocks, which checkpointing keeps. */
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

export function totalOfParts(parts: MemoryParts): number {
  return sumOf(Object.values(parts));
}

/** `parts` with what `tokens` tokens keep in one block each; for several blocks, `tokens` times their number. */
export function withBlock(parts: MemoryParts, block: BlockActivations, tokens: number): MemoryParts {
  const bytes = { ...parts };
  for (const [name, each] of Object.entries(block) as [keyof BlockActivations, number][]) {
    bytes[name] = parts[name] + tokens * each;
  }
  return bytes;
}
