import type { BaseQuantization, LoraSpec } from "@lorank/evidence/schema";
import { type Recompute, sizeOf } from "@lorank/graph";
import { adapterShape, noAdapter, resolveTargets } from "../adapter/shape.ts";
import { quantizedWeightNames } from "../base/quantize-base.ts";
import { trainedSizes } from "../base/trained-sizes.ts";
import type { Family, HeadModule } from "../families/family.ts";
import { type WeightShape, weightShapes } from "../transformer/weights.ts";
import { type Held, type HeldFor, heldFor, Ledger } from "./ledger.ts";
import { type AnswersShape, planAnswers } from "./planned-answers.ts";
import { type BatchShape, PlannedModel, severalShapes } from "./planned-model.ts";

/** Model, adapter and batch shapes of a trial, which decide the memory for it. */
export interface PredictMemoryOptions {
  readonly family: Family;
  readonly head: HeadModule;
  /** Adapter settings. (default: no adapter) */
  readonly lora?: LoraSpec | undefined;
  /** 4-bit format for the base's linear layers. (default: float32) */
  readonly quantization?: BaseQuantization | undefined;
  /** True if 4-bit codes stay in the checkpoint file. (default false) */
  readonly codesInFile?: boolean | undefined;
  readonly training: readonly BatchShape[];
  readonly evaluation: readonly BatchShape[];
  /** Prompts answered after the validation losses. (default: none) */
  readonly answers?: AnswersShape | undefined;
  /** True if the process holds a copy of the best step's trained parameters. (default false) */
  readonly keepsBest?: boolean | undefined;
  /** Token count over the dataset, which stays in memory. (default 0) */
  readonly dataTokens?: number;
  /** Forward values the backward pass recomputes instead of saving. (default "cheap") */
  readonly recompute?: Recompute | undefined;
  /** Bytes of the process without model and data. (default: 111 MB) */
  readonly processBytes?: number | undefined;
}

/** Peak memory in bytes, by use. */
interface EngineMemoryParts extends Readonly<Record<HeldFor, number>> {
  /** Process bytes: Node, onnxruntime and this program. */
  readonly process: number;
  /** Decoded 4-bit weights for one block, and their codes if those stay in the checkpoint file. */
  readonly decodedWeights: number;
  /** Bytes for the dataset's tokens. */
  readonly data: number;
  /** Bytes that the allocator cannot reuse, such as between blocks. */
  readonly allocator: number;
}

type MemoryPhase = "loading" | "training" | "evaluation" | "answers";

export interface MemoryPrediction {
  readonly rank: number;
  /** Largest resident set of the process, in bytes. */
  readonly allocatedBytes: number;
  readonly peakPhase: MemoryPhase;
  /** Parts adding up to `allocatedBytes`. */
  readonly parts: EngineMemoryParts;
}

/**
 * Bytes for a nearly empty trial: Node 20.20, onnxruntime-node 1.30, published build, Linux on x86-64. Three runs took
 * 111.0 to 112.0 MB; TypeScript sources, which need a loader, 153 to 166. Source: bench/predicted-memory.ts of
 * @lorank/sweep, "the smallest trial".
 */
const PROCESS_BYTES = 111e6;
/**
 * Part of {@link PROCESS_BYTES} that is resident when a trial starts. Source: two trials of the demo, published build.
 */
const RESIDENT_AT_START = 62.6e6;

/**
 * Process bytes adjusted from {@link PROCESS_BYTES} by the resident bytes at the start; a TypeScript loader adds some.
 */
export function processPeak(residentAtStart: number): number {
  return PROCESS_BYTES + Math.max(0, residentAtStart - RESIDENT_AT_START);
}

/**
 * Predicts the largest resident set on the CPU. Simulates every array, and every memory block in onnxruntime's runs, in
 * order.
 */
export async function predictMemory(options: PredictMemoryOptions): Promise<MemoryPrediction> {
  const { family, head, lora, quantization, recompute = "cheap", dataTokens = 0 } = options;
  const targets = lora ? resolveTargets(head, lora) : [];
  const quantized = quantization ? quantizedWeightNames(family) : new Set<string>();
  const formatOf = (name: string) => (quantized.has(name) ? quantization : undefined);
  const adapter = lora ? adapterShape(lora, targets) : noAdapter;
  const ledger = new Ledger();
  const model = new PlannedModel({ family, head, adapter, recompute, quantization: formatOf }, ledger);

  ledger.phase = "loading";
  const { codesInFile = false } = options;
  for (const weight of weightShapes(family, head))
    if (!weight.trainedWhole) load(ledger, weight, formatOf(weight.name), codesInFile);
  const { adapter: ofAdapter, whole } = lora ? trainedSizes(family, head, lora) : { adapter: [], whole: [] };
  const trained = [...ofAdapter, ...whole];
  for (const size of trained) ledger.array("adapterWeights", 4 * size);

  ledger.phase = "training";
  if (options.training.length > 0) {
    for (const size of trained) ledger.array("gradients", 4 * size);
    for (const size of trained) for (const _ of MOMENTS) ledger.array("optimizerStates", 4 * size);
  }
  const shapes = severalShapes(options.training);
  model.keepPrograms(options.training, shapes);
  // Steps are simulated twice: later steps reuse memory from earlier steps.
  let best: readonly Held[] = [];
  for (const _ of ["first", "later"]) {
    for (const shape of shapes) await model.pass(shape, { trains: true });
    if (!options.keepsBest) continue;
    // A better step's copy is made before the one that it replaces is let go.
    const copy = trained.map((size) => ledger.array("adapterWeights", 4 * size));
    ledger.drop(best);
    best = copy;
  }

  ledger.phase = "evaluation";
  for (const shape of severalShapes(options.evaluation)) await model.pass(shape, { trains: false });

  ledger.phase = "answers";
  if (options.answers) await planAnswers(model, options.answers);
  const { peak } = ledger;
  const parts = {
    process: options.processBytes ?? PROCESS_BYTES,
    decodedWeights: model.decoded * (codesInFile ? 1.125 : 1), // half a byte per code beside four
    data: BYTES_OF_TOKEN * dataTokens,
    ...(Object.fromEntries(heldFor.map((name) => [name, peak.uses.get(name) ?? 0])) as Record<
      HeldFor,
      number
    >),
    allocator: peak.bytes - sum(peak.uses.values()),
  };
  return {
    rank: lora?.rank ?? 0,
    allocatedBytes: sum(Object.values(parts)),
    peakPhase: peak.phase as MemoryPhase,
    parts,
  };
}

/** Bytes per small integer in a JavaScript array. */
const BYTES_OF_TOKEN = 8;
const MOMENTS = ["first", "second"] as const;

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, number) => total + number, 0);

/** Books reading a weight in 16 bits, widening it to float32, and perhaps quantising it. */
function load(
  ledger: Ledger,
  { shape }: WeightShape,
  quantization: BaseQuantization | undefined,
  codesInFile: boolean,
): void {
  const size = sizeOf(shape);
  if (quantization && codesInFile) {
    ledger.drop([ledger.array("baseWeights", Math.ceil(size / 2))]);
    constants(ledger, size, quantization);
    return;
  }
  const stored = ledger.array("baseWeights", 2 * size);
  const wide = ledger.array("baseWeights", 4 * size);
  ledger.drop([stored]);
  if (!quantization) return;
  ledger.array("baseWeights", Math.ceil(size / 2));
  constants(ledger, size, quantization);
  ledger.drop([wide]);
}

function constants(ledger: Ledger, size: number, quantization: BaseQuantization): void {
  const blocks = Math.ceil(size / quantization.blockSize);
  // Absmax: one float32 per block, or with double quantisation a byte, plus one float32 per 256 blocks.
  ledger.array(
    "quantizationConstants",
    quantization.doubleQuant ? blocks + 4 * Math.ceil(blocks / 256) : 4 * blocks,
  );
}
