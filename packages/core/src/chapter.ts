/**
 * Listing from the course chapter "Rank Selection" under camelCase names. {@link chapterPrintout} reproduces its
 * output to the character; the other functions correct four mistakes:
 * 1. parameters without `num_layers`: {@link runRankComparison};
 * 2. one optimiser state where Adam keeps two: {@link estimateTrainingMemory};
 * 3. an ignored `precision`: {@link estimateTrainingMemory};
 * 4. accuracy and training time 0.0: {@link fillRankComparison}.
 *
 * Model: a square matrix `[layerDim, layerDim]` per layer. For real models use `modelShapeFromConfig`,
 * `selectTargets`, `countLoraParams` and `staticBytes`.
 */

import { InputError } from "./errors.ts";
import { type BaseFormatName, baseFormat, matrixBytes } from "./memory/base-bytes.ts";
import { countLoraParams } from "./model/lora.ts";

const chapterWidth = 4096;
const chapterLayers = 32;
const chapterRanks = [4, 8, 16, 32, 64];

export interface RankExperiment {
  readonly rank: number;
  readonly alpha: number;
  readonly trainableParams: number;
  /** Mean share of validation examples predicted right, over seeds; null until measured. */
  readonly accuracy: number | null;
  /** Mean training seconds over seeds; null until measured. */
  readonly trainingTimeSeconds: number | null;
}

/**
 * LoRA parameters for `numLayers` square matrices, A `[rank, layerDim]` and B `[layerDim, rank]` each. `numLayers`
 * defaults to the listing's 32. Source: LoRA, section 4.2, https://arxiv.org/abs/2106.09685
 */
export function estimateLoraParams(layerDim: number, rank: number, numLayers = chapterLayers): number {
  assertSize("layerDim", layerDim);
  assertSize("numLayers", numLayers);
  return countLoraParams([square(layerDim, numLayers)], rank);
}

/**
 * Lists an experiment per rank, still to be run: accuracy and time are null until {@link fillRankComparison}.
 * `numLayers` defaults to the chapter's 32. `alpha` is constant over ranks (default 16): with `alpha = rank` at a fixed
 * learning rate the update's size would grow with the rank.
 */
export function runRankComparison(
  layerDim: number,
  ranks: readonly number[],
  options: { readonly numLayers?: number; readonly alpha?: number } = {},
): RankExperiment[] {
  const { numLayers = chapterLayers, alpha = 16 } = options;
  if (!(Number.isFinite(alpha) && alpha > 0)) {
    throw new InputError("E_ALPHA", `alpha must be a positive number, got ${alpha}`);
  }
  return ranks.map((rank) => ({
    rank,
    alpha,
    trainableParams: estimateLoraParams(layerDim, rank, numLayers),
    accuracy: null,
    trainingTimeSeconds: null,
  }));
}

/** Trial members that {@link fillRankComparison} reads. */
export interface MeasuredTrial {
  readonly spec: { readonly lora: { readonly rank: number; readonly alpha?: number } };
  readonly trainableParams?: number;
  readonly evaluation?: { readonly accuracy: number };
  readonly measured: { readonly seconds: { readonly train?: number; readonly total: number } };
}

/** Fills a comparison with means over each rank's completed trials in a sweep; null remains for ranks without any. */
export function fillRankComparison(
  experiments: readonly RankExperiment[],
  trials: readonly MeasuredTrial[],
): RankExperiment[] {
  return experiments.map((experiment) => {
    const measured = trials.flatMap(({ spec, trainableParams, evaluation, measured: { seconds } }) =>
      spec.lora.rank === experiment.rank && evaluation !== undefined
        ? [{ spec, trainableParams, accuracy: evaluation.accuracy, seconds: seconds.train ?? seconds.total }]
        : [],
    );
    const first = measured[0];
    if (first === undefined) return experiment;
    return {
      rank: experiment.rank,
      alpha: first.spec.lora.alpha ?? experiment.alpha,
      trainableParams: first.trainableParams ?? experiment.trainableParams,
      accuracy: mean(measured.map(({ accuracy }) => accuracy)),
      trainingTimeSeconds: mean(measured.map(({ seconds }) => seconds)),
    };
  });
}

export interface TrainingMemory {
  readonly trainableParams: number;
  readonly baseBytes: number;
  readonly adapterBytes: number;
  readonly gradientBytes: number;
  readonly optimizerBytes: number;
  readonly totalBytes: number;
  readonly assumptions: readonly string[];
}

/**
 * Estimates training memory without activations. `precision` is the frozen base's; adapter, gradients and Adam's
 * moments are fp32 on any base, as in PEFT. Defaults: the listing's 32 matrices with 4096 × 4096 elements, in bf16.
 */
export function estimateTrainingMemory(
  rank: number,
  layerDim = chapterWidth,
  numLayers = chapterLayers,
  precision: BaseFormatName = "bf16",
): TrainingMemory {
  const format = baseFormat(precision);
  const trainableParams = estimateLoraParams(layerDim, rank, numLayers);
  const perMatrix = matrixBytes(layerDim, layerDim, format);
  const baseBytes = perMatrix * numLayers;
  const adapterBytes = 4 * trainableParams;
  const gradientBytes = 4 * trainableParams;
  const optimizerBytes = 2 * 4 * trainableParams;
  return {
    trainableParams,
    baseBytes,
    adapterBytes,
    gradientBytes,
    optimizerBytes,
    totalBytes: baseBytes + adapterBytes + gradientBytes + optimizerBytes,
    assumptions: [
      "The model is one square matrix a layer, without embeddings, norms and head.",
      `The frozen base is held in ${precision}; adapter, gradients and two Adam moments in fp32.`,
      "Activations are not included.",
    ],
  };
}

/**
 * Lines that the listing prints, mistakes included: `Rank 4: 4.19 MB optimizer, 512x compression`. Defaults are the
 * chapter's.
 */
export function chapterPrintout(
  options: {
    readonly layerDim?: number;
    readonly ranks?: readonly number[];
    readonly numLayers?: number;
  } = {},
): string[] {
  const { layerDim = chapterWidth, ranks = chapterRanks, numLayers = chapterLayers } = options;
  return ranks.map((rank) => {
    const megabytes = pythonFixed((4 * estimateLoraParams(layerDim, rank, numLayers)) / 1e6, 2).padStart(6);
    const compression = (layerDim * layerDim) / estimateLoraParams(layerDim, rank, 1);
    return `Rank ${String(rank).padStart(2)}: ${megabytes} MB optimizer, ${pythonFixed(compression, 0)}x compression`;
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Python's `f"{value:.{digits}f}"`: rounds exact ties to even, unlike toFixed. */
function pythonFixed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  const longer = value.toFixed(digits + 40);
  const isTie = /^50*$/.test(longer.slice(longer.indexOf(".") + 1 + digits));
  const lastDigit = Number(text.at(-1));
  if (!isTie || lastDigit % 2 === 0) return text;
  return (Number(text) - 10 ** -digits).toFixed(digits);
}

function square(layerDim: number, numLayers: number) {
  return { name: "matrix", inDim: layerDim, outDim: layerDim, count: numLayers };
}

function assertSize(field: string, value: number): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw new InputError("E_SIZE", `${field} must be a positive integer, got ${value}`);
}
