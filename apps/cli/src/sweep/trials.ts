import { InputError, isInputError } from "@lorank/core";
import { planSweep, type SweepConfig, type SweepPlan, type ToSearch } from "@lorank/sweep";
import {
  datasetSha256,
  encodeDataset,
  encodeTestExamples,
  type Family,
  type HeadModule,
  headOf,
  resolveTargets,
  type TokenizedDataset,
  targetNames,
} from "@lorank/train";
import { type DatasetOptions, loadDataset } from "../data/load-dataset.ts";
import { tokenised } from "../data/tokenised.ts";
import { defaults } from "../defaults.ts";
import type { OutputFlags } from "../output.ts";
import { quantizationNamed } from "../settings/quantization.ts";
import type { SettingsOf } from "../settings/table.ts";
import { type BaseModel, checkWeights, findBaseModel } from "./base-model.ts";
import { costOfRank, type RankCost } from "./rank-cost.ts";

/** The settings that trials are made of, ranks and seeds among them. */
export type TrialSettings = Partial<SettingsOf<"plan">>;

/** Trials that have been checked to the end, and nothing written yet. */
export interface PreparedTrials {
  readonly plan: SweepPlan;
  /** What a search has still to find; the plan has the usual values in its place. */
  readonly toSearch: ToSearch;
  /** Of the base model: a folder, or a `.gguf` file. */
  readonly modelPath: string;
  /** The tokenised texts, as they go to disk. */
  readonly dataset: Uint8Array;
  /** The tokenised test texts that the plan names, as they go to disk; absent where there are none. */
  readonly testExamples?: Uint8Array;
  readonly costs: readonly RankCost[];
  readonly trainTokens: number;
  readonly maxLength: number;
  /** Hand out adapters in the portable form. */
  readonly portable: boolean;
  /** What was guessed, left out, or must be known to read the results. */
  readonly notes: readonly string[];
}

/**
 * Resolves settings into trials of every rank under every seed: finds the model, reads and tokenises the texts, plans.
 *
 * Cheap checks come first: settings, then the model's family and the task, then targets and ranks, then the weights'
 * shapes; the texts are tokenised last.
 *
 * @throws InputError for everything in the input that is wrong; whoever calls this has written nothing before.
 */
export async function prepareTrials(given: TrialSettings, flags: OutputFlags): Promise<PreparedTrials> {
  const ranks = given.ranks ?? defaults.ranks;
  const seeds = seedList(given.seeds ?? defaults.seeds);
  const optimizer = optimizerOf(given);
  const portable = portableOf(given);
  const base = await findBaseModel(
    {
      name: given.model ?? defaults.model,
      weights: given.weights ?? defaults.weights,
      quantization: quantizationNamed(given.quantize ?? defaults.quantize),
    },
    flags,
  );
  const { family } = base;
  const data = await loadDataset(dataOptions(given));
  const head = family.head(headOf(data.task));
  const targets = given.targets ?? defaults.targets;
  const targetModules = targets === "all-linear" ? targetNames(family, head) : targets;
  checkRanks(family, head, targetModules, ranks);
  checkWeights(base, head);
  const maxLength = maxLengthOf(given, family, data.task.kind);
  const { dataset, test, notes } = tokenised(base.path, { ...data.inputs, maxLength }, (tokenizer) =>
    data.tokenise(tokenizer, maxLength),
  );
  checkTokens([...dataset.train, ...dataset.validation, ...(test?.test ?? [])], base);
  const testExamples = test && encodeTestExamples(test);
  const bytes = encodeDataset(dataset);
  const metric = given.metric ?? defaults.metric[data.task.kind];
  const lora = loraOf(given, targetModules);
  const compute = given.compute ?? defaults.compute;
  const method = given.method ?? defaults.method;
  const plan = planSweep({
    name: `${base.model.name} on ${dataset.name}`,
    base: base.base,
    data: {
      name: dataset.name,
      sha256: datasetSha256(bytes),
      trainExamples: dataset.train.length,
      validationExamples: dataset.validation.length,
    },
    ...(test === undefined || testExamples === undefined
      ? {}
      : {
          test: { name: test.name, sha256: datasetSha256(testExamples), examples: test.test.length },
        }),
    task: dataset.task,
    lora,
    optimizer,
    ...(compute === "float32" ? {} : { compute }),
    ranks,
    seeds,
    ...(method === "grid" ? {} : { method }),
    ...((given.robustness ?? defaults.robustness) ? { robustness: true } : {}),
    metric,
    margin: given.margin ?? defaults.margin[metric],
    confidence: given.confidence ?? defaults.confidence,
    model: base.model,
    ...majorityShare(dataset),
  });
  const dora = lora.dora === true;
  return {
    plan,
    toSearch: { learningRate: given["learning-rate"] === "auto", epochs: given.epochs === "auto" },
    modelPath: base.path,
    dataset: bytes,
    ...(testExamples === undefined ? {} : { testExamples }),
    costs: plan.summary.ranks.map((rank) => costOfRank(family, head, { targetModules, dora }, rank)),
    trainTokens: dataset.train.reduce((sum, { inputIds }) => sum + inputIds.length, 0),
    maxLength,
    portable,
    notes: [...data.notes, ...notes, ...plan.notes],
  };
}

function seedList(seeds: number | readonly number[]): readonly number[] {
  return typeof seeds === "number" ? Array.from({ length: seeds }, (_, i) => i + 1) : seeds;
}

function dataOptions(given: TrialSettings): DatasetOptions {
  return {
    data: given.data ?? defaults.data,
    task: given.task,
    textColumn: given["text-column"],
    labelColumn: given["label-column"],
    promptColumn: given["prompt-column"],
    responseColumn: given["response-column"],
    messagesColumn: given["messages-column"],
    template: given.template,
    trainExamples: given["train-examples"],
    validationExamples: given["validation-examples"],
    testExamples: given["test-examples"],
    testData: given["test-data"],
  };
}

function loraOf(given: TrialSettings, targetModules: readonly string[]): SweepConfig["lora"] {
  const alpha = given.alpha ?? defaults.alpha;
  return {
    alpha: alpha === "rank" ? { kind: "equal-to-rank" } : { kind: "fixed", alpha },
    scalingRule: given.scaling ?? defaults.scaling,
    dropout: given.dropout ?? defaults.dropout,
    ...((given.dora ?? defaults.dora) ? { dora: true } : {}),
    targetModules,
  };
}

function optimizerOf(given: TrialSettings): SweepConfig["optimizer"] {
  const loraPlusRatio = given["lora-plus"] ?? defaults.loraPlus;
  return {
    name: "adamw",
    learningRate: numberIn(given["learning-rate"]) ?? usualLearningRate(given),
    ...(loraPlusRatio === 1 ? {} : { loraPlusRatio }),
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: given["weight-decay"] ?? defaults.weightDecay,
    maxGradientNorm: given.clip ?? defaults.clip,
    schedule: given.schedule ?? defaults.schedule,
    warmupRatio: given.warmup ?? defaults.warmup,
    epochs: numberIn(given.epochs) ?? defaults.epochs,
    ...batchSizes(given),
  };
}

function numberIn(value: number | "auto" | undefined): number | undefined {
  return value === "auto" ? undefined : value;
}

function usualLearningRate({ model = defaults.model }: TrialSettings): number {
  return model === defaults.model ? defaults.learningRate.starter : defaults.learningRate.other;
}

/** A batch that was made smaller than the micro-batch is passed in one piece, unless the file or flags say how. */
function batchSizes(given: TrialSettings): { batchSize: number; microBatchSize: number } {
  const batchSize = given["batch-size"] ?? defaults.batchSize;
  const usual = batchSize % defaults.microBatch === 0 ? defaults.microBatch : batchSize;
  const microBatchSize = given["micro-batch"] ?? usual;
  if (batchSize % microBatchSize === 0) return { batchSize, microBatchSize };
  throw new InputError(
    "E_CONFIG",
    `micro-batch must divide the batch-size of ${batchSize}, got ${microBatchSize}`,
  );
}

function portableOf({ portable = false, dora = defaults.dora }: TrialSettings): boolean {
  if (!portable || !dora) return portable;
  throw new InputError(
    "E_CONFIG",
    "portable must be off with dora, whose magnitudes have no portable form, got both\n" +
      "Train without portable, and fold the adapter into its base: lorank merge.",
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

function maxLengthOf(
  given: TrialSettings,
  { maxPositions = Number.POSITIVE_INFINITY }: Family,
  task: "classification" | "causal-lm",
): number {
  const asked = given["max-length"];
  if (asked === undefined) return Math.min(defaults.maxLength[task], maxPositions);
  if (asked <= maxPositions) return asked;
  throw new InputError(
    "E_MAX_LENGTH",
    `max-length must be at most ${maxPositions}, the positions of the model, got ${asked}`,
  );
}

function checkTokens(
  examples: readonly { readonly inputIds: readonly number[] }[],
  { family, model }: BaseModel,
): void {
  let largest = 0;
  for (const { inputIds } of examples) for (const id of inputIds) largest = Math.max(largest, id);
  if (largest < family.vocabSize) return;
  throw new InputError(
    "E_TOKENIZER",
    `the tokenizer of ${model.name} must give token ids below the model's vocab_size of ${family.vocabSize}, got ${largest}`,
  );
}

/** Of the largest class; a response has none. */
function majorityShare(dataset: TokenizedDataset): { majorityShare?: number } {
  if (!isClassification(dataset)) return {};
  const { task, validation } = dataset;
  const counts = task.labels.map(
    (_, label) => validation.filter((example) => example.label === label).length,
  );
  return { majorityShare: Math.max(...counts) / validation.length };
}

type Classification = Extract<TokenizedDataset, { task: { kind: "classification" } }>;

function isClassification(dataset: TokenizedDataset): dataset is Classification {
  return dataset.task.kind === "classification";
}
