import type { BaseQuantization, LoraSpec, Task } from "@lorank/core";
import { type Recompute, sizeOf } from "@lorank/graph";
import { adapterShape } from "../adapter/shape.ts";
import { resolveTargets, type TargetLayer } from "../adapter/targets.ts";
import { type WeightShape, weightShapes } from "../model/weights.ts";
import type { Family, HeadModule } from "../models/family.ts";
import { quantizedWeightNames } from "../quantize/quantize-base.ts";
import { type BatchShape, largestShapes } from "./pass-shape.ts";
import { type PassBytes, PlannedModel } from "./planned-model.ts";

/** A trial as far as its memory depends on it. */
export interface MemoryOptions {
  readonly family: Family;
  readonly head: HeadModule;
  readonly lora: LoraSpec;
  /** How the base's linear layers are kept. (default: float32) */
  readonly quantization?: BaseQuantization | undefined;
  /** Shapes of the micro-batches that are trained on; none where nothing is. */
  readonly training: readonly BatchShape[];
  /** Shapes of the batches that are evaluated. */
  readonly evaluation: readonly BatchShape[];
  /** Tokens of the data set, all of which are held. (default 0) */
  readonly dataTokens?: number;
  /** What of a block the backward pass computes again. (default "cheap") */
  readonly recompute?: Recompute;
  /** Resident memory of the process before anything is loaded. (default: {@link PROCESS_BYTES}) */
  readonly processBytes?: number;
}

/** Bytes at the peak by what holds them. */
export interface MemoryParts {
  /** Node, onnxruntime and this program. */
  readonly process: number;
  readonly baseWeights: number;
  readonly quantizationConstants: number;
  readonly adapterWeights: number;
  readonly gradients: number;
  readonly optimizerStates: number;
  /** What the blocks' forward passes keep for their backward passes. */
  readonly keptForBackward: number;
  /** What else blocks hand on: gradients and outputs. */
  readonly workspaces: number;
  /** 4-bit weights of one block, decoded. */
  readonly decodedWeights: number;
  readonly batch: number;
  /** Values of one program that is running. */
  readonly temporaries: number;
  readonly data: number;
  /** Arrays that nobody needs and the garbage collector has not come for. */
  readonly uncollected: number;
}

export interface MemoryPrediction {
  readonly rank: number;
  /** Largest resident set of the process. */
  readonly allocatedBytes: number;
  readonly peakPhase: "training" | "evaluation";
  /** Adds up to `allocatedBytes`. */
  readonly parts: MemoryParts;
}

export const PROCESS_BYTES = 0;

export async function predictMemory(options: MemoryOptions): Promise<MemoryPrediction> {
  const { family, head, lora, quantization, recompute = "cheap", dataTokens = 0 } = options;
  const targets = resolveTargets(family, head, lora.targetModules, lora.rank);
  const quantized = quantization ? quantizedWeightNames(family) : new Set<string>();
  const model = new PlannedModel({
    family,
    head,
    adapter: adapterShape(lora, targets),
    recompute,
    quantization: (name) => (quantized.has(name) ? quantization : undefined),
  });
  const training = await largest(options.training, (shape) => model.train(shape));
  const trainingTurns = model.turns.bytes;
  const evaluation = await largest(options.evaluation, (shape) => model.evaluate(shape));
  const weights = weightShapes(family, head);
  const trained = trainedElements(weights, targets, lora);
  const base = baseBytes(
    weights.filter(({ trainedWhole }) => !trainedWhole),
    quantized,
    quantization,
  );
  const held = {
    process: options.processBytes ?? PROCESS_BYTES,
    ...base,
    adapterWeights: 4 * trained,
    gradients: 4 * trained,
    optimizerStates: 8 * trained,
    keptForBackward: model.forward.bytes,
    decodedWeights: model.decoded,
    data: 8 * dataTokens,
    uncollected: 0,
  };
  const phases = {
    training: { ...held, workspaces: trainingTurns, ...training },
    evaluation: { ...held, workspaces: model.turns.bytes, ...evaluation },
  };
  const peakPhase = total(phases.training) >= total(phases.evaluation) ? "training" : "evaluation";
  const parts = phases[peakPhase];
  return { rank: lora.rank, allocatedBytes: total(parts), peakPhase, parts };
}

async function largest(
  shapes: readonly BatchShape[],
  bytesOf: (shape: BatchShape) => Promise<PassBytes>,
): Promise<PassBytes> {
  let most: PassBytes = { batch: 0, temporaries: 0 };
  for (const shape of largestShapes(shapes)) {
    const bytes = await bytesOf(shape);
    if (bytes.batch + bytes.temporaries > most.batch + most.temporaries) most = bytes;
  }
  return most;
}

/** Numbers that are trained. */
function trainedElements(
  weights: readonly WeightShape[],
  targets: readonly TargetLayer[],
  { rank, dora }: LoraSpec,
): number {
  const head = weights.filter(({ trainedWhole }) => trainedWhole);
  return (
    head.reduce((sum, { shape }) => sum + sizeOf(shape), 0) +
    targets.reduce((sum, { inDim, outDim }) => sum + rank * (inDim + outDim) + (dora ? outDim : 0), 0)
  );
}

function baseBytes(
  weights: readonly WeightShape[],
  quantized: ReadonlySet<string>,
  quantization: BaseQuantization | undefined,
): Pick<MemoryParts, "baseWeights" | "quantizationConstants"> {
  let baseWeights = 0;
  let quantizationConstants = 0;
  for (const { name, shape } of weights) {
    const size = sizeOf(shape);
    if (!quantization || !quantized.has(name)) {
      baseWeights += 4 * size;
      continue;
    }
    const blocks = Math.ceil(size / quantization.blockSize);
    baseWeights += Math.ceil(size / 2);
    // One float32 a block, or a byte and one float32 for 256 of those.
    quantizationConstants += quantization.doubleQuant ? blocks + 4 * Math.ceil(blocks / 256) : 4 * blocks;
  }
  return { baseWeights, quantizationConstants };
}

const total = (parts: MemoryParts): number => Object.values(parts).reduce((sum, bytes) => sum + bytes, 0);
