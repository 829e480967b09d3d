import { InputError, isInputError, targetNames } from "@lorank/core";
import { defaultMargins } from "@lorank/core/decide";
import type { Task } from "@lorank/core/results";
import {
  datasetSha256,
  encodeDataset,
  encodeTestExamples,
  loadDataset,
  type TokenInputs,
  type TokenizedDataset,
} from "@lorank/train/data";
import { type Family, type HeadModule, headOf, resolveTargets } from "@lorank/train/engine";
import { createTokenizer, type TextTokenizer } from "@lorank/train/tokenizer";
import { sweepDefaults as usual } from "../defaults.ts";
import { planSweep, type SweepInputs } from "../plan/plan.ts";
import type { ToSearch } from "../search/record.ts";
import { type BaseModel, checkWeights, readBaseModel } from "./base-model.ts";
import { loraOf, named, optimizerOf, type SweepSettings, seedsOf } from "./settings.ts";

/** How models are found and texts tokenised, for who has other ways to. */
export interface PrepareOptions {
  /** The path of a model's folder or `.gguf` file. (default: what it is called is its path) */
  readonly findModel?: (model: string) => string | Promise<string>;
  /** What `make` gives for the tokenizer of a model, made or remembered. (default: made) */
  readonly tokenised?: <T>(
    modelPath: string,
    inputs: TokenInputs & { readonly maxLength: number },
    make: (tokenizer: TextTokenizer) => T,
  ) => T;
}

/** A plan that has been checked to the end, with what it reads; nothing is written yet. */
export interface PreparedPlan extends SweepInputs {
  /** What a search has still to find; the plan has the usual values in its place. */
  readonly toSearch: ToSearch;
  readonly family: Family;
  readonly head: HeadModule;
  readonly trainTokens: number;
  readonly maxLength: number;
  /** What was inferred, left out, or must be known to read the results. */
  readonly notes: readonly string[];
}

/**
 * Resolves settings into a plan and its inputs: reads the model and the data, tokenises, fills in the defaults, plans.
 *
 * Cheap checks come first: settings, then the model's family and the task, then targets and ranks, then the weights'
 * shapes; the texts are tokenised last.
 *
 * @throws InputError for everything in the input that is wrong.
 */
export async function preparePlan(
  settings: SweepSettings,
  { findModel = (model) => model, tokenised = makeTokens }: PrepareOptions = {},
): Promise<PreparedPlan> {
  const { ranks = usual.ranks, compute = usual.compute, method = usual.method } = settings;
  const optimizer = optimizerOf(settings);
  const modelPath = await findModel(settings.model);
  const base = readBaseModel(modelPath, settings);
  const { family } = base;
  const data = await loadDataset(settings);
  const head = family.head(headOf(data.task));
  const { targets = usual.targets } = settings;
  const targetModules = targets === "all-linear" ? targetNames(head.shape) : targets;
  checkRanks(head, targetModules, ranks);
  checkWeights(base, head);
  const maxLength = maxLengthOf(settings, family, data.task.kind);
  const { dataset, test, notes } = tokenised(modelPath, { ...data.inputs, maxLength }, (tokenizer) =>
    data.tokenise(tokenizer, maxLength),
  );
  checkTokens([...dataset.train, ...dataset.validation, ...(test?.test ?? [])], base);
  const testExamples = test && encodeTestExamples(test);
  const bytes = encodeDataset(dataset);
  const metric = settings.metric ?? usual.metric[data.task.kind];
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
    lora: loraOf(settings, targetModules),
    optimizer,
    ...(compute === "float32" ? {} : { compute }),
    ranks,
    seeds: seedsOf(settings),
    ...(method === "grid" ? {} : { method }),
    ...((settings.robustness ?? usual.robustness) ? { robustness: true } : {}),
    metric,
    margin: settings.margin ?? defaultMargins[metric],
    confidence: settings.confidence ?? usual.confidence,
    model: base.model,
    ...majorityShare(dataset),
  });
  return {
    plan,
    toSearch: { learningRate: settings.learningRate === "auto", epochs: settings.epochs === "auto" },
    modelPath,
    dataset: bytes,
    ...(testExamples === undefined ? {} : { testExamples }),
    family,
    head,
    trainTokens: dataset.train.reduce((sum, { inputIds }) => sum + inputIds.length, 0),
    maxLength,
    notes: [...data.notes, ...notes, ...plan.notes],
  };
}

function makeTokens<T>(modelPath: string, _: unknown, make: (tokenizer: TextTokenizer) => T): T {
  return make(createTokenizer(modelPath));
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
  settings: SweepSettings,
  { maxPositions = Number.POSITIVE_INFINITY }: Family,
  task: Task["kind"],
): number {
  const { maxLength = Math.min(usual.maxLength[task], maxPositions) } = settings;
  if (maxLength <= maxPositions) return maxLength;
  throw new InputError(
    "E_MAX_LENGTH",
    `${named(settings, "maxLength")} must be at most ${maxPositions}, the positions of the model, got ${maxLength}`,
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

/** Share of the largest class among the validation examples; responses have no classes, so nothing. */
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
