import { sumOf } from "../model/linear-shapes.ts";
import type { BlockActivations } from "./activations.ts";

/** Bytes in memory at a single moment, by content. */
export interface MemoryParts {
  readonly baseWeights: number;
  readonly quantizationConstants: number;
  /** Weights of a second model that gives reference log-probabilities. */
  readonly referenceWeights: number;
  readonly adapterWeights: number;
  readonly gradients: number;
  readonly optimizerStates: number;
  /** Block inputs saved by gradient checkpointing. */
  readonly checkpoints: number;
  readonly norms: number;
  readonly attention: number;
  readonly feedForward: number;
  readonly adapterInputs: number;
  /** Stacked experts plus B·A, and their gradient, where PEFT adapts parameters. */
  readonly adaptedWeights: number;
  /** Saved inputs of linear layers that are quantised or trained. */
  readonly linearInputs: number;
  readonly stackCopies: number;
  /** Activation gradients, and results that wait for their sum, in the block that runs backward. */
  readonly activationGradients: number;
  readonly logitsAndLoss: number;
  /** Pixels, and activations of the part that reads images. */
  readonly images: number;
  /** Keys and values while texts are generated. */
  readonly generationCache: number;
  /** Memory that vLLM reserves on the same card. */
  readonly engine: number;
  readonly scratch: number;
}

export const noParts: MemoryParts = {
  baseWeights: 0,
  quantizationConstants: 0,
  referenceWeights: 0,
  adapterWeights: 0,
  gradients: 0,
  optimizerStates: 0,
  checkpoints: 0,
  norms: 0,
  attention: 0,
  feedForward: 0,
  adapterInputs: 0,
  adaptedWeights: 0,
  linearInputs: 0,
  stackCopies: 0,
  activationGradients: 0,
  logitsAndLoss: 0,
  images: 0,
  generationCache: 0,
  engine: 0,
  scratch: 0,
};

const partWords: Readonly<Record<keyof MemoryParts, string>> = {
  baseWeights: "weights of the model",
  quantizationConstants: "constants of their quantisation",
  referenceWeights: "weights of the reference model",
  adapterWeights: "adapter",
  gradients: "gradients",
  optimizerStates: "optimiser states",
  checkpoints: "block inputs, kept by checkpointing",
  norms: "inputs of norms",
  attention: "attention: q, k, v and result",
  feedForward: "feed-forward layers",
  adapterInputs: "inputs of adapters",
  adaptedWeights: "experts with their adapters added",
  linearInputs: "inputs of linear layers",
  stackCopies: "copies that this stack makes",
  activationGradients: "gradients of activations",
  logitsAndLoss: "logits and loss",
  images: "pixels and activations of images",
  generationCache: "keys and values of generated texts",
  engine: "vLLM's share of the card",
  scratch: "workspaces",
};

export function partsInWords(parts: MemoryParts): (readonly [words: string, bytes: number])[] {
  return (Object.entries(parts) as [keyof MemoryParts, number][])
    .filter(([, bytes]) => bytes > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([name, bytes]) => [partWords[name], bytes]);
}

export function totalOfParts(parts: MemoryParts): number {
  return sumOf(Object.values(parts));
}

/** Adds a block's activations; for several blocks, `tokens` is multiplied by their count. */
export function withBlock(parts: MemoryParts, block: BlockActivations, tokens: number): MemoryParts {
  const bytes = { ...parts };
  for (const [name, each] of Object.entries(block) as [keyof BlockActivations, number][]) {
    bytes[name] = parts[name] + tokens * each;
  }
  return bytes;
}

/**
 * Unused share of the allocator's memory, from 2 MiB rounding and holes. Source: PEFT's benchmark and
 * fms-acceleration's fused losses, 1.00 to 1.10 times
 */
const HOLES = 0.1;
/**
 * CUDA context and kernels. Source: 0.3 to 1.4 GB in the documentation for transformers, gpu_poor and vram-calculator
 */
const CONTEXT: readonly [number, number] = [0.3e9, 1.4e9];

/**
 * Bounds on the allocator's reserved memory. Freed pieces cannot serve a loss over all logits, so up to its whole size
 * may be reserved in addition. Source: nvidia-smi minus peak allocated in fms-acceleration's tables. 4 to 6 GiB for 7
 * to 15 GB of logits at vocabulary 32,000, 14 to 29 for 29 at 128,256.
 */
function reservedBand(allocated: number, logits: number): readonly [number, number] {
  return [allocated, Math.round(allocated * (1 + HOLES) + logits)];
}

function deviceBand([lo, hi]: readonly [number, number], paged: number): readonly [lo: number, hi: number] {
  return [lo + CONTEXT[0], hi + CONTEXT[1] + paged];
}

/** Phase in which memory peaks; texts are generated under GRPO alone. */
export type PeakPhase = "loss" | "block backward" | "optimizer step" | "generation";

/** A value for each phase that occurs. */
export type ByPhase<Value> = Readonly<
  Record<Exclude<PeakPhase, "generation">, Value> & { generation?: Value }
>;

export interface Peak {
  /** Peak allocated by the framework: torch's `max_memory_allocated`. */
  readonly allocatedBytes: number;
  /** Memory reserved by the framework's allocator; bounds, because block reuse is not known. */
  readonly reservedBytes: readonly [lo: number, hi: number];
  /** Memory in use by the device's own tool, with context and kernels. */
  readonly deviceBytes: readonly [lo: number, hi: number];
  readonly peakPhase: PeakPhase;
  /** Bytes in each phase; the largest is `allocatedBytes`. */
  readonly phases: ByPhase<number>;
  /** Parts that add up to `allocatedBytes`. */
  readonly parts: MemoryParts;
}

/** Peak over all phases. `logits`: the loss's largest bytes. `paged`: optimiser states that may be on the device. */
export function peakOf(
  phases: ByPhase<MemoryParts>,
  { logits, paged }: { readonly logits: number; readonly paged: number },
): Peak {
  const [peakPhase, parts] = largestPhase<PeakPhase>(phases as Readonly<Record<PeakPhase, MemoryParts>>);
  const allocatedBytes = totalOfParts(parts);
  const [lo, hi] = reservedBand(allocatedBytes - parts.engine, logits); // vLLM reserves an exact share
  const reservedBytes = [lo + parts.engine, hi + parts.engine] as const;
  return {
    allocatedBytes,
    reservedBytes,
    deviceBytes: deviceBand(reservedBytes, paged),
    peakPhase,
    phases: {
      loss: totalOfParts(phases.loss),
      "block backward": totalOfParts(phases["block backward"]),
      "optimizer step": totalOfParts(phases["optimizer step"]),
      ...(phases.generation && { generation: totalOfParts(phases.generation) }),
    },
    parts,
  };
}

export function largestPhase<Name extends string>(
  phases: Readonly<Record<Name, MemoryParts>>,
): [Name, MemoryParts] {
  const entries = Object.entries(phases) as [Name, MemoryParts][];
  return entries.reduce((best, entry) => (totalOfParts(entry[1]) > totalOfParts(best[1]) ? entry : best));
}
