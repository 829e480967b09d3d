/**
 * The listing of the course chapter "Rank Selection" under camelCase names. {@link chapterPrintout} reproduces what
 * the listing prints, to the character; the other functions are its functions put right. The listing makes four
 * mistakes, each named beside the function that corrects it:
 *
 * 1. its comparison of ranks forgets `num_layers`: {@link runRankComparison};
 * 2. it counts one optimiser state where Adam keeps two: {@link estimateTrainingMemory};
 * 3. it takes a `precision` and ignores it: {@link estimateTrainingMemory};
 * 4. it leaves accuracy and training time at 0.0, which were the point: {@link fillRankComparison}.
 *
 * Its model is one square matrix `[layerDim, layerDim]` a layer. For a real model use `modelShapeFromConfig`,
 * `selectTargets`, `countLoraParams` and `staticBytes`.
 */

import { InputError } from "./errors.ts";
import { type BaseFormatName, baseFormat, matrixBytes } from "./memory/base-bytes.ts";
import { countLoraParams } from "./model/lora-params.ts";
import type { TrialResult } from "./results/types.ts";
import { mean } from "./statistics/mean.ts";

/** The chapter's model: square matrices of this width, one in each of so many layers. */
const chapterWidth = 4096;
const chapterLayers = 32;
/** The chapter's ranks. */
const chapterRanks = [4, 8, 16, 32, 64];

/** One row of a comparison of ranks. */
export interface RankExperiment {
  readonly rank: number;
  readonly alpha: number;
  readonly trainableParams: number;
  /** Share of validation examples predicted right, mean over seeds; null until a sweep has measured it. */
  readonly accuracy: number | null;
  /** Mean over seeds; null until a sweep has measured it. */
  readonly trainingTimeSeconds: number | null;
}

/**
 * LoRA parameters of `numLayers` square matrices: `2 * layerDim * rank * numLayers`, A `[rank, layerDim]` and
 * B `[layerDim, rank]` for each. `numLayers` defaults to the listing's 32.
 *
 * Source: LoRA, section 4.2, https://arxiv.org/abs/2106.09685
 */
export function estimateLoraParams(layerDim: number, rank: number, numLayers = chapterLayers): number {
  assertSize("layerDim", layerDim);
  assertSize("numLayers", numLayers);
  return countLoraParams([square(layerDim, numLayers)], rank);
}

/**
 * One experiment for each rank, still to be run.
 *
 * The listing got two things wrong here. It forgets `num_layers`, so its parameters are those of a single layer: too
 * low by a factor of `numLayers`, 32 for the chapter's model. And it fills in accuracy 0.0 and 0.0 seconds as if they
 * had been measured; here both are null until {@link fillRankComparison} puts a sweep's figures in.
 *
 * `alpha` is the same for all ranks (default 16), because with `alpha = rank` at a fixed learning rate the size of the
 * update grows with the rank and the comparison measures that instead. `numLayers` defaults to the chapter's 32.
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

/**
 * Puts what a sweep measured into a comparison: for each rank the mean over its completed trials of accuracy and of
 * seconds in training, and the trials' own trainable parameters and alpha. A rank without a completed trial keeps
 * null.
 */
export function fillRankComparison(
  experiments: readonly RankExperiment[],
  trials: readonly TrialResult[],
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

/** Bytes that training holds whatever the batch, for the chapter's model of square matrices. */
export interface TrainingMemory {
  readonly trainableParams: number;
  /** The frozen matrices in the given precision. */
  readonly baseBytes: number;
  readonly adapterBytes: number;
  readonly gradientBytes: number;
  readonly optimizerBytes: number;
  readonly totalBytes: number;
  readonly assumptions: readonly string[];
}

/**
 * Training memory without activations. `precision` is that of the frozen base; the adapter, its gradients and Adam's
 * moments are fp32 on any base, as PEFT holds them. The defaults are the listing's: 32 matrices of 4096 × 4096, in bf16.
 *
 * The listing got two things wrong here. It counts one optimiser state of 4 bytes a parameter where Adam keeps two:
 * too low by a factor of 2. And it ignores `precision`, so the base costs the same in fp32 as in NF4, which is 7.1 times
 * smaller. Its figure is optimiser state alone: weights and gradients of the adapter add 8 bytes a parameter.
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

/** The two figures on a line of the chapter's printout, by the listing's own arithmetic. */
export interface ChapterFigures {
  readonly rank: number;
  /** One optimiser state of 4 bytes for each parameter of all layers, in 1e6 bytes. Half of what Adam needs. */
  readonly optimizerMegabytes: number;
  /** Parameters of a full matrix over those of its A and B. */
  readonly compression: number;
}

/** The chapter's figures, mistakes included; {@link estimateTrainingMemory} has the right ones. */
export function chapterFigures(
  rank: number,
  layerDim = chapterWidth,
  numLayers = chapterLayers,
): ChapterFigures {
  const optimizerBytes = 4 * estimateLoraParams(layerDim, rank, numLayers);
  return {
    rank,
    optimizerMegabytes: optimizerBytes / 1e6,
    compression: (layerDim * layerDim) / estimateLoraParams(layerDim, rank, 1),
  };
}

/**
 * What the listing prints, one line for each rank: `Rank  4:   4.19 MB optimizer, 512x compression`.
 * By default the chapter's own five lines.
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
    const { optimizerMegabytes, compression } = chapterFigures(rank, layerDim, numLayers);
    const megabytes = pythonFixed(optimizerMegabytes, 2).padStart(6);
    return `Rank ${String(rank).padStart(2)}: ${megabytes} MB optimizer, ${pythonFixed(compression, 0)}x compression`;
  });
}

/** `f"{value:.{digits}f}"`: unlike toFixed, Python rounds an exact tie to the even digit. */
function pythonFixed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  const longer = value.toFixed(digits + 40);
  const isTie = /^50*$/.test(longer.slice(longer.indexOf(".") + 1 + digits));
  const lastDigit = Number(text.at(-1));
  if (!isTie || lastDigit % 2 === 0) return text;
  return (Number(text) - 10 ** -digits).toFixed(digits); // toFixed went up to an odd digit
}

function square(layerDim: number, numLayers: number) {
  return { name: "matrix", inDim: layerDim, outDim: layerDim, count: numLayers };
}

function assertSize(field: string, value: number): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw new InputError("E_SIZE", `${field} must be a positive integer, got ${value}`);
}
