/**
 * The listing of the course chapter "Rank Selection" under camelCase names.
 *
 * {@link chapterPrintout} reproduces the listing's output to the character; the other functions are corrected ones of
 * the listing. It makes four mistakes:
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
import { countLoraParams } from "./model/lora.ts";

/** Width and number of the square matrices of the chapter's model, one a layer. */
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
 * Lists one experiment a rank, still to be run. `numLayers` defaults to the chapter's 32.
 *
 * The listing has two mistakes here. It forgets `num_layers`: its parameters are those of one layer, too low by a
 * factor of `numLayers`. And it presents accuracy 0.0 and 0.0 seconds as measurements; here both are null until {@link
 * fillRankComparison} fills them in.
 *
 * `alpha` is the same for all ranks (default 16). With `alpha = rank` at a fixed learning rate the update's size grows
 * with the rank, and the comparison would measure that instead.
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

/** Members of a sweep's trial that {@link fillRankComparison} reads. */
export interface MeasuredTrial {
  readonly spec: { readonly lora: { readonly rank: number; readonly alpha?: number } };
  readonly trainableParams?: number;
  /** Absent for a trial that did not complete. */
  readonly evaluation?: { readonly accuracy: number };
  readonly measured: { readonly seconds: { readonly train?: number; readonly total: number } };
}

/**
 * Fills a comparison with a sweep's measurements. Each rank gets the mean accuracy and seconds in training of its
 * completed trials, and their trainable parameters and alpha. A rank without a completed trial keeps null.
 */
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

/** Bytes of training that do not depend on the batch, for the chapter's model of square matrices. */
export interface TrainingMemory {
  readonly trainableParams: number;
  /** The frozen matrices in the chosen precision. */
  readonly baseBytes: number;
  readonly adapterBytes: number;
  readonly gradientBytes: number;
  readonly optimizerBytes: number;
  readonly totalBytes: number;
  readonly assumptions: readonly string[];
}

/**
 * Estimates training memory without activations. `precision` is that of the frozen base; the adapter, its gradients and
 * Adam's moments are fp32 on any base, as in PEFT. Defaults are the listing's: 32 matrices of 4096 × 4096, in bf16.
 *
 * The listing has two mistakes here. It counts one optimiser state of 4 bytes a parameter where Adam keeps two: too low
 * by a factor of 2. It ignores `precision`: the base costs the same in fp32 as in NF4, which is 7.1 times smaller. Its
 * figure is optimiser state alone; weights and gradients of the adapter add 8 bytes a parameter.
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
 * Lines that the listing prints, one a rank: `Rank 4: 4.19 MB optimizer, 512x compression`. Defaults are the chapter's.
 *
 * Its mistakes are included: megabytes are of one optimiser state of 4 bytes a parameter, half of what Adam needs.
 * {@link estimateTrainingMemory} has the right ones.
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

/** Python's `f"{value:.{digits}f}"`, which unlike toFixed rounds an exact tie to the even digit. */
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
