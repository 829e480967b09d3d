import { replaceFile } from "@lorank/checkpoint/disk";
import { InputError, isInputError } from "@lorank/core";
import {
  type BaseFormatName,
  type CardChoice,
  type Fit,
  type FullEstimate,
  type Measurement,
  type MemoryEstimate,
  memoryBars,
  type NotCounted,
  type RankEstimate,
  type StackSettings,
} from "@lorank/core/memory";
import { type End, type Input, ofEnd, type TypedWords } from "../../command.ts";
import type { Messages } from "../../output.ts";
import { assertOutFile } from "../../paths.ts";
import { type AnsweredModel, answerSentence } from "./answer-words.ts";
import { builtInModels, type MemoryListDocument } from "./built-in-models.ts";
import {
  engineProfile,
  type MemoryChoices,
  type MemoryFlags,
  memoryChoices,
  readMemoryFlags,
} from "./choices.ts";
import type { MemorySettings } from "./command.ts";
import type { EngineMemoryDocument } from "./engine.ts";
import { answer, type CardAnswer, type ModelFacts, modelFacts } from "./estimate.ts";
import { maxPositionsOf, type Named, type NamedConfig, readConfig, whatIsNamed } from "./model-config.ts";
import { notCountedOf, unsharedStrategy } from "./not-counted.ts";
import { printModels, printSentence } from "./print-answer.ts";

export type MemoryDocument =
  | OneModelDocument
  | SeveralModelsDocument
  | EngineMemoryDocument
  | MemoryListDocument;

/** The answer for one model. */
export interface OneModelDocument extends ModelMemory {
  readonly answer: string;
  /** File of the picture. */
  readonly svg?: string;
}

export interface SeveralModelsDocument {
  readonly answer: string;
  readonly models: readonly ModelMemory[];
}

export interface ModelMemory
  extends Pick<MemoryChoices, "method" | "base" | "targets" | "microBatch" | "seq" | "settings" | "from"> {
  readonly model: ModelFacts & { readonly taken?: string | undefined };
  readonly profile: string;
  readonly stack: string;
  readonly labels?: number | undefined;
  readonly optimizer: string;
  readonly cards?: MemoryChoices["cards"];
  /** Omissions of the figures. With any, `fit` and `cards` claim only what holds all the same. */
  readonly notCounted: readonly NotCounted[];
  /** The training config that was read. */
  readonly config?: Pick<TrainingConfig["config"], "tool" | "notes" | "remarks"> & { readonly file: string };
  readonly gpu?: CardAnswer;
  /** Sentences on what the requested card cannot run. */
  readonly limits?: readonly string[];
  readonly results: readonly RankMemory[];
}

type TrainingConfig = NonNullable<Named["training"]>;

interface RankFacts {
  readonly method: "lora" | "qlora" | "full";
  readonly base: BaseFormatName;
  readonly rank: number | null;
  readonly adapterBytes: number;
  readonly settings: StackSettings;
  readonly fit?: Fit;
  readonly cards: CardChoice;
  readonly nearest?: Measurement | undefined;
}

/** Memory of one rank; of full fine-tuning, rank null and no adapter. */
export type RankMemory = RankFacts & (MemoryEstimate | FullEstimate);

/** Flags and the models that they are about; undefined for the list of those that are built in. */
type MemoryRequest = { readonly typed: MemoryFlags; readonly named: readonly Named[] } | undefined;

export function read({
  names: [names],
  flags,
}: TypedWords<Input<MemorySettings, readonly [models: readonly string[]]>>): MemoryRequest {
  if (flags.list === true) return undefined;
  const typed = readMemoryFlags(flags);
  const { svg } = typed;
  if (svg !== undefined) assertOutFile(svg, "--svg");
  const named = whatIsNamed(names, typed.config);
  if (named.length > 1 && (svg !== undefined || typed.profile === engineProfile)) {
    const flag = svg === undefined ? `--profile ${engineProfile}` : "--svg";
    throw new InputError("E_CONFIG", `${flag} must be left out with several models, got ${named.length}`);
  }
  return { typed, named };
}

export function settingsInFiles(request: MemoryRequest) {
  return { models: request?.named.map(({ model }) => model) };
}

export const { document, view } = ofEnd;

export async function run(request: MemoryRequest, output: Messages): Promise<End<MemoryDocument>> {
  if (request === undefined) return builtInModels();
  const { typed, named } = request;
  const { svg } = typed;
  const configs: NamedConfig[] = [];
  for (const { model } of named) configs.push(await readConfig(model, output, typed.as));
  if (typed.profile === engineProfile) return answerOfEngine(configs[0]!, typed);

  const models = configs.map((config, index) =>
    configs.length === 1
      ? answeredModel(config, named[index]!, typed)
      : withModelName(config.name, () => answeredModel(config, named[index]!, typed)),
  );
  const sentence = answerSentence(models);
  const documents = models.map((model, index) => memoryDocument(model, named[index]!));
  const [only, ...others] = documents as [ModelMemory, ...ModelMemory[]];
  if (svg !== undefined) replaceFile(svg, picture(models[0]!));
  return {
    document:
      others.length > 0
        ? { answer: sentence, models: documents }
        : { answer: sentence, ...only, ...(svg !== undefined && { svg }) },
    view(page) {
      if (page.json) return;
      printSentence(page, sentence, models);
      printModels(page, models, named[0]!, typed.all === true);
      if (svg !== undefined) page.print(`\nPicture: ${svg}`);
    },
  };
}

function answeredModel(found: NamedConfig, { training }: Named, typed: MemoryFlags): AnsweredModel {
  const { name, config, taken } = found;
  const maxSeq = maxPositionsOf(config);
  const choices = memoryChoices(typed, { maxPositions: maxSeq, training: training?.config });
  const notCounted = notCountedOf(choices, found, training?.config);
  const shared =
    training === undefined || unsharedStrategy(choices, training.config) === undefined
      ? undefined
      : `${training.file} trains on several cards, and does not say how many. These figures are of one card that holds everything; 2x24GB is two for --gpu, 1x24GB is one.`;
  return { name, choices, answer: answer(config, choices, { maxSeq, notCounted }), taken, shared };
}

/** Adds to an error which of several models it is about. */
function withModelName<Value>(name: string, run: () => Value): Value {
  try {
    return run();
  } catch (error) {
    if (!isInputError(error)) throw error;
    throw new InputError(error.code, `${name}: ${error.message}`, { cause: error });
  }
}

async function answerOfEngine(model: NamedConfig, typed: MemoryFlags): Promise<End<MemoryDocument>> {
  if (typed.svg !== undefined)
    throw new InputError("E_CONFIG", `--svg must be left out with --profile ${engineProfile}`);
  const { config, builtIn } = model;
  const { engineAnswer, engineDocument, printEngineAnswer } = await import("./engine.ts");
  const answered = await engineAnswer(config, typed, { maxPositions: maxPositionsOf(config), builtIn });
  return {
    document: engineDocument(model, answered),
    view: (page) => page.json || printEngineAnswer(page, model, answered),
  };
}

function picture({ name, choices: { profile, gpu }, answer: { rows, notCounted } }: AnsweredModel): string {
  const limit = gpu && { label: gpu.text, bytes: gpu.bytes };
  const title = `${name}, profile ${profile.name}${notCounted.length === 0 ? "" : ", not all counted"}`;
  return memoryBars(rows, { title, ...(limit && { limit }) });
}

/** Document of one model for `--json`. */
export function memoryDocument(model: AnsweredModel, { training }: Named): ModelMemory {
  const { name, taken, choices, answer } = model;
  const { shape, rows, card, limits, notCounted } = answer;
  const { profile, settings, from, targets, base, method, microBatch, seq, labels, cards } = choices;
  return {
    model: { ...modelFacts(name, shape), taken },
    profile: profile.name,
    stack: profile.stack,
    ...{ method, base, targets, labels, microBatch, seq },
    optimizer: settings.optimizer,
    settings,
    ...(cards && { cards }),
    from,
    notCounted,
    ...(training && { config: configDocument(training) }),
    ...(card && { gpu: card }),
    ...(limits.length > 0 && { limits }),
    results: rows.map(result),
  };
}

function configDocument({
  file,
  config: { tool, notes, remarks },
}: TrainingConfig): NonNullable<ModelMemory["config"]> {
  return { file, tool, notes, remarks };
}

/** A row with what the contract names on top; weights that are trained whole are no adapter. */
function result({ method, base, rank, settings, estimate, fit, cards, nearest }: RankEstimate): RankMemory {
  const adapterBytes = 0;
  return { method, base, rank, adapterBytes, ...estimate, settings, ...(fit && { fit }), cards, nearest };
}
