import { availableParallelism } from "node:os";
import { InputError, isInputError } from "@lorank/core";
import { planSweep, type SweepPlan } from "@lorank/sweep";
import {
  createTokenizer,
  datasetSha256,
  encodeDataset,
  type Family,
  type HeadModule,
  resolveTargets,
  type TokenizedClassification,
  targetNames,
  tokenizeClassification,
} from "@lorank/train";
import type { PartialSettings } from "../config/settings-schema.ts";
import { loadTexts } from "../data/labelled-texts.ts";
import { defaults } from "../defaults.ts";
import { type BaseModel, checkWeights, findBaseModel } from "./base-model.ts";
import { costOfRank, type RankCost } from "./rank-cost.ts";

/** A sweep that has been checked to the end, and nothing written yet. */
export interface PreparedSweep {
  readonly plan: SweepPlan;
  readonly modelFolder: string;
  /** The tokenised texts, as they go to disk. */
  readonly dataset: Uint8Array;
  readonly costs: readonly RankCost[];
  readonly trainTokens: number;
  readonly out: string;
  readonly jobs: number;
  readonly threads: number;
  readonly maxAttempts: number;
  /** What was guessed, left out, or must be known to read the results. */
  readonly notes: readonly string[];
}

/**
 * Resolves settings into a sweep: finds the model, reads and tokenises the texts, plans the trials.
 *
 * @throws InputError for everything in the input that is wrong; whoever calls this has written nothing before.
 */
export function prepareSweep(given: PartialSettings): PreparedSweep {
  const metric = given.metric ?? defaults.metric;
  const threads = given.threads ?? defaults.threads;
  const base = findBaseModel(given.model ?? defaults.model, given.base ?? defaults.base);
  const ranks = given.ranks ?? [...defaults.ranks];
  const texts = loadTexts({
    data: given.data ?? defaults.data,
    textColumn: given["text-column"],
    labelColumn: given["label-column"],
    trainExamples: given["train-examples"],
    validationExamples: given["validation-examples"],
  });
  const labels = new Set([...texts.train, ...texts.validation].map(({ label }) => label)).size;
  const head = base.family.head({ kind: "classification", labels });
  const targets = given.targets ?? defaults.targets;
  const targetModules = targets === "all-linear" ? targetNames(base.family, head) : targets;
  checkRanks(base.family, head, targetModules, ranks);
  checkWeights(base, head);
  const maxLength = given["max-length"] ?? defaults.maxLength;
  if (base.family.maxPositions !== undefined && maxLength > base.family.maxPositions) {
    throw new InputError(
      "E_MAX_LENGTH",
      `max-length must be at most ${base.family.maxPositions}, the positions of the model, got ${maxLength}`,
    );
  }
  const tokenizer = createTokenizer(base.folder);
  const dataset = tokenizeClassification({ ...texts, tokenizer, maxLength });
  checkTokens(dataset, base);
  const bytes = encodeDataset(dataset);
  const alpha = given.alpha ?? defaults.alpha;
  const plan = planSweep({
    name: `${base.model.name} on ${dataset.name}`,
    base: base.base,
    data: {
      name: dataset.name,
      sha256: datasetSha256(bytes),
      trainExamples: dataset.train.length,
      validationExamples: dataset.validation.length,
    },
    task: dataset.task,
    lora: {
      alpha: alpha === "rank" ? { kind: "equal-to-rank" } : { kind: "fixed", alpha },
      scalingRule: given.scaling ?? defaults.scaling,
      dropout: given.dropout ?? defaults.dropout,
      targetModules,
    },
    optimizer: {
      name: "adamw",
      learningRate: given["learning-rate"] ?? defaults.learningRate,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      weightDecay: given["weight-decay"] ?? defaults.weightDecay,
      maxGradientNorm: given.clip ?? defaults.clip,
      schedule: given.schedule ?? defaults.schedule,
      warmupRatio: given.warmup ?? defaults.warmup,
      epochs: given.epochs ?? defaults.epochs,
      ...batchSizes(given),
    },
    ranks,
    seeds: seedList(given.seeds ?? defaults.seeds),
    metric,
    margin: given.margin ?? defaults.margin[metric],
    confidence: given.confidence ?? defaults.confidence,
    model: base.model,
    majorityShare: majorityShare(dataset),
  });
  return {
    plan,
    modelFolder: base.folder,
    dataset: bytes,
    costs: plan.summary.ranks.map((rank) =>
      costOfRank(base.family, head, { targetModules, dora: false }, rank),
    ),
    trainTokens: dataset.train.reduce((sum, { inputIds }) => sum + inputIds.length, 0),
    out: given.out ?? defaults.out,
    jobs: given.jobs ?? Math.max(1, Math.floor(availableParallelism() / threads)),
    threads,
    maxAttempts: given["max-attempts"] ?? defaults.maxAttempts,
    notes: [...texts.notes, ...plan.notes],
  };
}

function seedList(seeds: number | readonly number[]): readonly number[] {
  return typeof seeds === "number" ? Array.from({ length: seeds }, (_, i) => i + 1) : seeds;
}

/** A batch that was made smaller than the micro-batch is passed in one piece, unless the file or flags say how. */
function batchSizes(given: PartialSettings): { batchSize: number; microBatchSize: number } {
  const batchSize = given["batch-size"] ?? defaults.batchSize;
  const usual = batchSize % defaults.microBatch === 0 ? defaults.microBatch : batchSize;
  const microBatchSize = given["micro-batch"] ?? usual;
  if (batchSize % microBatchSize === 0) return { batchSize, microBatchSize };
  throw new InputError(
    "E_CONFIG",
    `micro-batch must divide the batch-size of ${batchSize}, got ${microBatchSize}`,
  );
}

/** Targets and all ranks, in one message. */
function checkRanks(
  family: Family,
  head: HeadModule,
  targetModules: readonly string[],
  ranks: readonly number[],
): void {
  const problems = new Set<string>();
  let code = "E_RANK";
  for (const rank of ranks) {
    try {
      resolveTargets(family, head, targetModules, rank);
    } catch (error) {
      if (!isInputError(error)) throw error;
      problems.add(error.message);
      code = error.code;
    }
  }
  if (problems.size > 0) throw new InputError(code, [...problems].join("\n"));
}

function checkTokens({ train, validation }: TokenizedClassification, { family, model }: BaseModel): void {
  let largest = 0;
  for (const { inputIds } of [...train, ...validation])
    for (const id of inputIds) largest = Math.max(largest, id);
  if (largest < family.vocabSize) return;
  throw new InputError(
    "E_TOKENIZER",
    `tokenizer.json of ${model.name} must give token ids below the model's vocab_size of ${family.vocabSize}, got ${largest}`,
  );
}

function majorityShare({ task, validation }: TokenizedClassification): number {
  const counts = task.labels.map(
    (_, label) => validation.filter((example) => example.label === label).length,
  );
  return Math.max(...counts) / validation.length;
}
