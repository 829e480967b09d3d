import { type ModelSource, modelConfig, modelDigest, modelWeights } from "@lorank/checkpoint";
import { sha256Hex } from "@lorank/checkpoint/sha256";
import { assertList, assertOptions, InputError, isInputError, type OptionNames } from "@lorank/core";
import { modelShapeFromConfig } from "@lorank/core/models";
import {
  type BaseWeights,
  type ModelSummary,
  type OptimizerSpec,
  type Overlap,
  observationsOf,
  type SharedSources,
  type Task,
  type TestSet,
} from "@lorank/evidence/schema";
import type { ReadData } from "@lorank/tables";
import { type Placement, resolveTargets } from "../adapter/shape.ts";
import { assertWeights } from "../base/base.ts";
import { type RankSize, rankSize } from "../base/trained-sizes.ts";
import { headOf } from "../base/trial-model.ts";
import { lastPart, optionNamed } from "../data/data-options.ts";
import { encodeDataset, encodeTestExamples, evaluatedParts, type TokenizedDataset } from "../data/dataset.ts";
import { loadDataset, type TokenInputs } from "../data/load-dataset.ts";
import type { ValidationLimit } from "../data/parts.ts";
import { trainDefaults } from "../defaults.ts";
import { familyOf } from "../families/families.ts";
import type { Family, HeadModule } from "../families/family.ts";
import { tokeniseWindows, windowsOfTexts } from "../retain/retained-texts.ts";
import type { TrainingConfig } from "../spec.ts";
import { createTokenizer, type TextTokenizer } from "../tokenizer/tokenizer.ts";
import { type CutExamples, cutExamples } from "./cut-examples.ts";
import { stepsOf } from "./point-steps.ts";
import { pointsNote } from "./points-note.ts";
import { trainingNames } from "./setting-names.ts";
import {
  answersOf,
  loraOf,
  optimizerOf,
  type ReadJudge,
  retainedOf,
  type TrainingSettings,
  targetModulesOf,
} from "./settings.ts";

/** Access to models, data and cached tokens. */
export interface PrepareInputs {
  /** Opens a model the settings name. */
  readonly findModel: (model: string) => ModelSource | Promise<ModelSource>;
  /** Reads files the settings name. */
  readonly readData: ReadData;
  /** Reads a judge file. (default: only built-in metrics) */
  readonly readJudge?: ReadJudge;
  /** Runs `make` with a model's tokenizer, or returns a cached result. (default: always new) */
  readonly tokenised?: <T>(
    modelPath: string,
    inputs: TokenInputs & { readonly maxLength: number },
    make: (tokenizer: TextTokenizer) => T,
  ) => T;
}

const inputNames: OptionNames<PrepareInputs> = {
  findModel: true,
  readData: true,
  readJudge: false,
  tokenised: false,
};

/** Checked settings, tokenised data and sizes for trials at any rank and seed; nothing is written yet. */
export interface PreparedTraining {
  readonly config: TrainingConfig;
  readonly model: ModelSummary;
  readonly modelPath: string;
  /** Trained tensor sizes by rank, smallest first. */
  readonly sizes: readonly RankSize[];
  readonly tokens: TokenizedDataset;
  /** Tokenised dataset's bytes from `encodeDataset`, named by hash in the config. */
  readonly dataset: Uint8Array;
  /** Judge file's bytes, named by hash in the config's `answers`; undefined unless the metric is a file. */
  readonly judge?: Uint8Array | undefined;
  /** Record of the test examples, set aside for the final score; absent without a test part. */
  readonly test?: TestSet;
  /** Tokenised test examples' bytes, named by hash in `test`. */
  readonly testExamples?: Uint8Array;
  readonly trainTokens: number;
  readonly validationLimit: ValidationLimit;
  /** Digest over texts, labels and order of the validation examples, for the results. */
  readonly examplesSha256: string;
  /** Counts of validation examples also in training, or whose group is; undefined for none. */
  readonly overlap?: Overlap | undefined;
  /** Counts of validation examples that seem to share a source with another; undefined for none. */
  readonly sharedSources?: SharedSources | undefined;
  /** Group number per validation example, from 0; absent for independent examples. */
  readonly validationGroups?: readonly number[] | undefined;
  readonly maxLength: number;
  readonly cut: CutExamples;
  /** Example counts by class; absent without classes. */
  readonly classes?: readonly ClassCounts[] | undefined;
  /** Notes for readers of the results: guesses, omissions, caveats. */
  readonly notes: readonly string[];
}

/**
 * Resolves settings into everything that trials at `ranks` need; cheap checks come first, texts are tokenised last.
 * @throws InputError for everything wrong in model and data, or unfit for the settings.
 */
export async function prepareTraining(
  settings: TrainingSettings,
  ranks: readonly number[],
  inputs: PrepareInputs,
): Promise<PreparedTraining> {
  assertOptions(settings, "the settings of a training", trainingNames);
  assertList("ranks", ranks);
  assertOptions(inputs, "the inputs of prepareTraining", inputNames);
  const { findModel, readData, readJudge } = inputs;
  const { compute = trainDefaults.compute } = settings;
  const optimizer = optimizerOf(settings);
  const source = await findModel(settings.model);
  const base = readBaseModel(source, settings);
  const { family, usualLearningRate } = base;
  const data = await loadDataset(settings, readData);
  const { answers, judge } = await answersOf(settings, data.task.kind, readJudge);
  const retain = await retainedOf(settings, data.task.kind, readData);
  const head = family.head(headOf(data.task));
  const targetModules = targetModulesOf(settings, head.shape);
  const lora = loraOf(settings, targetModules);
  checkRanks(head, lora, ranks);
  checkWeights(base, head);
  const maxLength = maxLengthOf(settings, family, data.task.kind);
  const tokenise = (tokenizer: TextTokenizer) => data.tokenise(tokenizer, maxLength);
  const { tokenised = (_path, _inputs, make) => make(createTokenizer(source)) } = inputs;
  const { dataset: own, test, long, notes } = tokenised(source.path, { ...data.inputs, maxLength }, tokenise);
  const trainTokens = tokensIn(own.train);
  const retained =
    retain &&
    windowsOfTexts(
      retain,
      {
        training: data.inputs.parts[0]!,
        trainedTokens: optimizer.epochs * trainTokens,
        evaluatedTokens: tokensIn(own.validation),
      },
      (texts) => {
        const parts = [texts.map((text) => ({ text }))];
        const tokens = { settings: "retained texts", parts, usesChatTemplate: false, maxLength };
        return tokenised(source.path, tokens, (one) => tokeniseWindows(texts, one, maxLength));
      },
    );
  const dataset: TokenizedDataset = retained ? { ...own, retained: retained.windows } : own;
  checkTokens([...evaluatedParts(dataset), dataset.train, test?.test ?? []].flat(), base);
  const bytes = encodeDataset(dataset);
  const testExamples = test && encodeTestExamples(test);
  const groups = test && data.groupsOf("test", test.test);
  return {
    config: {
      base: base.base,
      data: {
        name: dataset.name,
        sha256: sha256Hex(bytes),
        trainExamples: dataset.train.length,
        validationExamples: dataset.validation.length,
      },
      task: dataset.task,
      lora,
      optimizer: { ...optimizer, learningRate: settings.learningRate ?? usualLearningRate },
      ...(compute === "float32" ? {} : { compute }),
      ...(answers === undefined ? {} : { answers }),
      ...observationsOf(settings),
    },
    model: base.model,
    modelPath: source.path,
    sizes: ranks.toSorted((a, b) => a - b).map((rank) => rankSize(family, head, { ...lora, rank })),
    tokens: dataset,
    dataset: bytes,
    judge,
    ...(test &&
      testExamples && {
        test: {
          name: test.name,
          sha256: sha256Hex(testExamples),
          examples: test.test.length,
          ...(groups && { groups }),
          examplesSha256: data.examplesSha256Of("test", test.test),
        },
        testExamples,
      }),
    trainTokens,
    validationLimit: data.validationLimit,
    examplesSha256: data.examplesSha256Of("validation", dataset.validation),
    overlap: data.overlap,
    sharedSources: data.sharedSources,
    validationGroups: data.groupsOf("validation", dataset.validation),
    maxLength,
    cut: cutExamples({
      long,
      counts: data.inputs.parts.map(({ length }) => length),
      maxLength,
      maxPositions: family.maxPositions,
      task: data.task.kind,
      option: optionNamed(settings, "maxLength"),
    }),
    classes: classCounts(dataset),
    notes: [
      ...data.notes,
      ...notes,
      ...(retained?.notes ?? []),
      ...oneStepNote(optimizer, dataset.train.length, settings),
      ...pointsNote(settings, {
        steps: stepsOf(optimizer, dataset.train.length),
        trainedTokens: optimizer.epochs * trainTokens,
        evaluatedTokens: tokensIn(evaluatedParts(dataset).flat()),
      }),
    ],
  };
}

function tokensIn(examples: readonly { readonly inputIds: readonly number[] }[]): number {
  return examples.reduce((sum, { inputIds }) => sum + inputIds.length, 0);
}

/** Note on a one-step training, in which the warm-up makes the learning rate 0. */
function oneStepNote(
  { epochs, batchSize, warmupRatio }: OptimizerSpec,
  examples: number,
  settings: TrainingSettings,
): string[] {
  if (epochs > 1 || Math.round(epochs * examples) > batchSize || warmupRatio === 0) return [];
  return [
    "This training has one step, whose learning rate is 0 because of the warm-up: nothing is learned. " +
      `More examples or epochs, or ${optionNamed(settings, "warmup")} 0, change that.`,
  ];
}

function checkRanks(head: HeadModule, lora: Omit<Placement, "rank">, ranks: readonly number[]): void {
  const problems = new Set<string>();
  let code = "E_RANK";
  for (const rank of ranks) {
    try {
      resolveTargets(head, { ...lora, rank });
    } catch (error) {
      if (!isInputError(error)) throw error;
      problems.add(error.message);
      code = error.code;
    }
  }
  if (problems.size > 0) throw new InputError(code, [...problems].join("\n"));
}

function maxLengthOf(
  settings: TrainingSettings,
  { maxPositions = Number.POSITIVE_INFINITY }: Family,
  task: Task["kind"],
): number {
  const { maxLength = Math.min(trainDefaults.maxLength[task], maxPositions) } = settings;
  if (maxLength <= maxPositions) return maxLength;
  throw new InputError(
    "E_MAX_LENGTH",
    `${optionNamed(settings, "maxLength")} must be at most ${maxPositions}, the positions of the model, got ${maxLength}`,
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

interface ClassCounts {
  readonly label: string;
  readonly train: number;
  readonly validation: number;
}

/** Example counts by class in index order; undefined without classes. */
export function classCounts(dataset: TokenizedDataset): ClassCounts[] | undefined {
  if (!("labels" in dataset.task)) return undefined;
  const { task, train, validation } = dataset;
  const count = (examples: readonly object[]): number[] => {
    const counts = task.labels.map(() => 0);
    for (const example of examples) if ("label" in example) counts[example.label as number]!++;
    return counts;
  };
  const [trained, validated] = [count(train), count(validation)];
  return task.labels.map((label, i) => ({ label, train: trained[i]!, validation: validated[i]! }));
}

/** Seed for `weights: "random"`; fixed, so that all trainings share a base. */
const randomBaseSeed = 0;

/** SHA-256 of `config.json` in `@lorank/starter`, which identifies that model in any folder. */
const starterConfigSha256 = "1be1bd3759a49cbe527f643ae40c4fae2a9d1ee197c99b28b27801c7976d8267";

interface BaseModel {
  readonly source: ModelSource;
  readonly usualLearningRate: number;
  readonly family: Family;
  readonly base: BaseWeights;
  readonly model: ModelSummary;
}

/**
 * Reads a base model from a trainable family; weights are read for their digest only.
 * @throws InputError with the wrong file's name; E_MODEL_TYPE lists the families.
 */
export function readBaseModel(
  source: ModelSource,
  { model: name, weights = trainDefaults.weights, quantization }: TrainingSettings,
): BaseModel {
  const { config, sha256 } = modelConfig(source);
  const shape = modelShapeFromConfig(config);
  const shown = source.path === name ? lastPart(source.place ?? name) : name;
  const isStarter = sha256 === starterConfigSha256;
  return {
    source,
    usualLearningRate: isStarter ? trainDefaults.starterLearningRate : trainDefaults.learningRate,
    family: familyOf(config),
    base: {
      ...(weights === "random"
        ? { kind: "random", name: shown, configSha256: sha256, seed: randomBaseSeed }
        : { kind: "pretrained", name: shown, sha256: modelDigest(source) }),
      ...(quantization ? { quantization } : {}),
    },
    model: {
      name: shown,
      totalParams: shape.totalParams,
      layers: shape.layers,
      hiddenSize: shape.hiddenSize,
    },
  };
}

/** Throws E_WEIGHTS unless the base has all weights in the right shapes. */
export function checkWeights({ family, base, source: model }: BaseModel, head: HeadModule): void {
  if (base.kind === "random") return;
  const source = modelWeights(model);
  try {
    assertWeights(family, head, source, model.path, base.quantization);
  } finally {
    source.close();
  }
}
