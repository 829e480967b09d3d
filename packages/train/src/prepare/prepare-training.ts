import { type ModelSource, modelConfig, modelDigest, modelWeights } from "@lorank/checkpoint";
import { assertList, assertOptions, InputError, isInputError, type OptionNames } from "@lorank/core";
import { modelShapeFromConfig, targetNames } from "@lorank/core/models";
import type {
  BaseWeights,
  ModelSummary,
  OptimizerSpec,
  Overlap,
  SharedSources,
  Task,
  TestSet,
} from "@lorank/evidence/results";
import type { ReadData } from "@lorank/tables";
import { resolveTargets } from "../adapter/shape.ts";
import { assertWeights } from "../base/base.ts";
import { type RankSize, rankSize } from "../base/trained-sizes.ts";
import { headOf } from "../base/trial-model.ts";
import { lastPart, optionNamed } from "../data/data-options.ts";
import { encodeDataset, encodeTestExamples, type TokenizedDataset } from "../data/dataset.ts";
import { loadDataset, type TokenInputs } from "../data/load-dataset.ts";
import type { ValidationLimit } from "../data/parts.ts";
import { trainDefaults } from "../defaults.ts";
import { familyOf } from "../families/families.ts";
import type { Family, HeadModule } from "../families/family.ts";
import { sha256Hex } from "../sha256.ts";
import type { TrainingConfig } from "../spec.ts";
import { createTokenizer, type TextTokenizer } from "../tokenizer/tokenizer.ts";
import { type CutExamples, cutExamples } from "./cut-examples.ts";
import { trainingNames } from "./setting-names.ts";
import { answersOf, loraOf, optimizerOf, type ReadJudge, type TrainingSettings } from "./settings.ts";

/** The ways to read models and data and to tokenise texts. */
export interface PrepareInputs {
  /** The files of the model that the settings name. */
  readonly findModel: (model: string) => ModelSource | Promise<ModelSource>;
  /** The bytes of the files that the settings name. */
  readonly readData: ReadData;
  /** The bytes of a judge's file. (default: a metric must be built in) */
  readonly readJudge?: ReadJudge;
  /** The result of `make` for the tokenizer of a model, new or cached. (default: made) */
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

/** The parts of trials of any rank and seed, checked to the end; nothing is written yet. */
export interface PreparedTraining {
  readonly config: TrainingConfig;
  readonly model: ModelSummary;
  readonly modelPath: string;
  /** Sizes of what is trained, by rank, the smallest first. */
  readonly sizes: readonly RankSize[];
  readonly tokens: TokenizedDataset;
  /** `encodeDataset` of the tokens, which the config names by its hash. */
  readonly dataset: Uint8Array;
  /** The judge in a file, which the config's `answers` name by its hash. */
  readonly judge?: Uint8Array | undefined;
  /** Examples that are set aside for one score; absent where none are. */
  readonly test?: TestSet;
  /** Their tokens, which `test` names by their hash. */
  readonly testExamples?: Uint8Array;
  readonly trainTokens: number;
  readonly validationLimit: ValidationLimit;
  /** Validation examples that are also in training, or whose group is; absent where there are none. */
  readonly overlap?: Overlap | undefined;
  /** Validation examples that seem to share a source with another example; absent without a sign. */
  readonly sharedSources?: SharedSources | undefined;
  /** Number of the group of each validation example, from 0; absent where examples are independent. */
  readonly validationGroups?: readonly number[] | undefined;
  readonly maxLength: number;
  readonly cut: CutExamples;
  /** Examples of each class; absent where there are no classes. */
  readonly classes?: readonly ClassCounts[] | undefined;
  /** Guesses, omissions, and what a reader of the results must know. */
  readonly notes: readonly string[];
}

/**
 * Resolves settings into what trials of `ranks` are made of: reads the model and the data, tokenises, fills in the defaults.
 *
 * Cheap checks come first: the model's family and the task, then targets and ranks, then the weights' shapes; the texts are
 * tokenised last.
 *
 * @throws InputError for everything in the model and the data that is wrong, or does not go with the settings.
 */
export async function prepareTraining(
  settings: TrainingSettings,
  ranks: readonly number[],
  inputs: PrepareInputs,
): Promise<PreparedTraining> {
  assertOptions(settings, "the settings of a training", trainingNames);
  assertList("ranks", ranks);
  assertOptions(inputs, "the inputs of prepareTraining", inputNames);
  const { findModel, readData, readJudge, tokenised } = inputs;
  const { compute = trainDefaults.compute, targets = trainDefaults.targets } = settings;
  const optimizer = optimizerOf(settings);
  const source = await findModel(settings.model);
  const base = readBaseModel(source, settings);
  const { family, usualLearningRate } = base;
  const data = await loadDataset(settings, readData);
  const { answers, judge } = await answersOf(settings, data.task.kind, readJudge);
  const head = family.head(headOf(data.task));
  const targetModules = targets === "all-linear" ? targetNames(head.shape) : targets;
  checkRanks(head, targetModules, ranks);
  checkWeights(base, head);
  const maxLength = maxLengthOf(settings, family, data.task.kind);
  const tokenise = (tokenizer: TextTokenizer) => data.tokenise(tokenizer, maxLength);
  const { dataset, test, long, notes } = tokenised
    ? tokenised(source.path, { ...data.inputs, maxLength }, tokenise)
    : tokenise(createTokenizer(source));
  checkTokens([...dataset.train, ...dataset.validation, ...(test?.test ?? [])], base);
  const bytes = encodeDataset(dataset);
  const lora = loraOf(settings, targetModules);
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
        },
        testExamples,
      }),
    trainTokens: dataset.train.reduce((sum, { inputIds }) => sum + inputIds.length, 0),
    validationLimit: data.validationLimit,
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
    notes: [...data.notes, ...notes, ...oneStepNote(optimizer, dataset.train.length, settings)],
  };
}

/** Says that a training of one step, which the warm-up gives a learning rate of 0, changes nothing. */
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

/** Targets and all ranks, in one message. */
function checkRanks(head: HeadModule, targetModules: readonly string[], ranks: readonly number[]): void {
  const problems = new Set<string>();
  let code = "E_RANK";
  for (const rank of ranks) {
    try {
      resolveTargets(head, targetModules, rank);
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

/** Numbers of examples of a class. */
interface ClassCounts {
  readonly label: string;
  readonly train: number;
  readonly validation: number;
}

/** The classes in the order of their indices; undefined for data without classes. */
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

/** Seed of the weights that `weights: "random"` draws. Fixed, so that all trainings over a config share their base. */
const randomBaseSeed = 0;

/** SHA-256 of the `config.json` of `@lorank/starter`: it is known by its shapes, wherever its folder is. */
const starterConfigSha256 = "1be1bd3759a49cbe527f643ae40c4fae2a9d1ee197c99b28b27801c7976d8267";

interface BaseModel {
  readonly source: ModelSource;
  /** Learning rate of AdamW where the settings have none. */
  readonly usualLearningRate: number;
  readonly family: Family;
  readonly base: BaseWeights;
  readonly model: ModelSummary;
}

/**
 * The base model in `source`, of a family that can be trained. Reads the weights' bytes for their digest, and keeps none.
 *
 * @throws InputError that names the file that is wrong; E_MODEL_TYPE lists the families.
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

/** Throws E_WEIGHTS unless the model's weights are whole and of the right shapes for what follows its last block. */
export function checkWeights({ family, base, source: model }: BaseModel, head: HeadModule): void {
  if (base.kind === "random") return;
  const source = modelWeights(model);
  try {
    assertWeights(family, head, source, model.path, base.quantization);
  } finally {
    source.close();
  }
}
