import { assertRank, InputError, isInputError } from "@lorank/core";
import {
  type MeasuredCount,
  type MeasuredErrors,
  type Measurement,
  measuredErrors,
  measurementNear,
} from "@lorank/core/measured";
import {
  type BaseFormatName,
  type CardAdvice,
  type CardChoice,
  type CardMemory,
  estimateRanks,
  type Fit,
  type FullEstimate,
  type MemoryEstimate,
  type NotCounted,
  type RankEstimate,
  type RankEstimates,
  type StackSettings,
} from "@lorank/core/memory";
import {
  type ModelShape,
  modelShapeFromConfig,
  namesMatching,
  selectTargets,
  withVision,
} from "@lorank/core/models";
import type { RankHours, TimeAnswer } from "@lorank/core/time";
import { flagOf, inFlagWords } from "../../flags/flag-names.ts";
import { isQuantized, type MemoryChoices, memoryChoices, type TypedChoices } from "./choices.ts";
import type { TimeFlags } from "./hours.ts";
import { fieldsIn, maxPositionsOf, type Named, type NamedConfig } from "./model-config.ts";
import {
  headFor,
  type ObjectiveChoices,
  objectiveFacts,
  objectiveFields,
  objectiveOptions,
  uncountedEngine,
} from "./objective.ts";
import type { ReadConfig } from "./read-training-config.ts";

/** Memory parts that an estimate for these choices does not count, by the model's and the training config. */
function notCountedOf(
  choices: MemoryChoices,
  { config, leftOut = [], stored }: Pick<NamedConfig, "config" | "leftOut" | "stored">,
  training: Partial<ReadConfig> = {},
): NotCounted[] {
  const isTyped = (name: string): boolean =>
    (choices.from as Readonly<Record<string, string>>)[name] === flagOf(name);
  const ofFields = (training.notCounted ?? []).flatMap(
    ({ settledBy = [], countedFrom = Infinity, ...fact }) =>
      settledBy.some(isTyped) || choices.microBatch >= countedFrom ? [] : [fact],
  );
  const quantized =
    isQuantized(choices.base) || isTyped("base")
      ? undefined
      : ownQuantization(config, stored?.name ?? training.model);
  return [
    ...ofFields,
    ...sharedParts(choices, training),
    ...uncountedEngine(choices),
    ...(quantized === undefined
      ? []
      : [{ what: "quantisation of the model itself", direction: "less", from: quantized } as const]),
    ...(stored?.isPartial === true && !isTyped("base")
      ? [{ what: "layers that the copy keeps in 16 bits", direction: "more", from: stored.name } as const]
      : []),
    ...(leftOut.length === 0
      ? []
      : [{ what: "other sizes of the model", direction: "either", from: leftOut.join(", ") } as const]),
  ];
}

/** Sharding strategy in the training config, if the estimate is for one card. */
function unsharedStrategy({ cards, gpu }: MemoryChoices, training: Partial<ReadConfig>): string | undefined {
  if (cards !== undefined || gpu?.count === 1 || training.cards !== undefined) return undefined;
  return training.origins?.strategy ?? training.unread?.strategy;
}

function sharedParts(choices: MemoryChoices, training: Partial<ReadConfig>): NotCounted[] {
  const from = unsharedStrategy(choices, training);
  if (from === undefined) return [];
  return training.strategy === "ddp"
    ? [{ what: "buckets in which several cards exchange gradients", direction: "more", from }]
    : [{ what: "what several cards share", direction: "either", from }];
}

/** Evidence that published weights are quantised: a config field, or the model's name. */
function ownQuantization(config: unknown, name: string | undefined): string | undefined {
  const own = fieldsIn(fieldsIn(config)?.quantization_config);
  if (own !== undefined) return `quantization_config ${own.quant_method ?? "of its config"}`;
  const isNamed = /(^|[-_.])(gptq|awq|aqlm|bnb|nvfp4|mxfp4|fp8|[48]bit|int[48])([-_.]|$)/i;
  return name !== undefined && isNamed.test(name) ? name : undefined;
}

export interface ModelFacts extends Pick<ModelShape, "modelType" | "totalParams" | "layers" | "hiddenSize"> {
  readonly name: string;
  /** Sentence on an assumption about the model's name or config. */
  readonly taken?: string | undefined;
}

export interface ModelMemory
  extends Pick<MemoryChoices, "method" | "base" | "ranks" | "microBatch" | "seq" | "settings" | "from">,
    Partial<ObjectiveChoices>,
    Pick<RankEstimates, "assumptions"> {
  readonly model: ModelFacts;
  readonly targets: readonly string[] | "all-linear";
  /** Rank on the experts of a mixture, where it is not whole. */
  readonly expertRank?: "by-active-experts";
  readonly profile: string;
  readonly stack: string;
  readonly labels?: number | undefined;
  /** Tokens of a sequence that come from images, if stated. */
  readonly imageTokens?: number | undefined;
  readonly optimizer: string;
  readonly cards?: MemoryChoices["cards"];
  /** Memory parts not counted in the figures. With any, `fit` and `cards` claim only what still holds. */
  readonly notCounted: readonly NotCounted[];
  /** Training config file from which settings were read. */
  readonly config?: Pick<TrainingConfig["config"], "tool" | "notes" | "remarks"> & { readonly file: string };
  readonly gpu?: CardAnswer;
  /** Sentences on features that the requested card lacks, such as bf16. */
  readonly limits?: readonly string[];
  readonly results: readonly RankMemory[];
  /** Data whose training time `results` give; absent unless requested. */
  readonly time?: TimeAnswer;
  /** Sentence on a training config for several cards, where the estimate is for one. */
  readonly shared?: string | undefined;
  /** Parts of the peak memory in words, largest first: the first method at its largest rank. */
  readonly peakParts: RankEstimates["parts"];
  /** Errors of this stack's estimates against published measurements; absent without measurements. */
  readonly errors?: MeasuredErrors | MeasuredCount | undefined;
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
  /** Memory parts not counted in this estimate. */
  readonly notCounted: readonly NotCounted[];
  /** Hours of training, or why they are not known; absent unless requested. */
  readonly time?: RankHours;
}

/** Memory estimate at a rank; for full fine-tuning, rank null and no adapter. */
export type RankMemory = RankFacts & (MemoryEstimate | FullEstimate);

/** Fit on the requested card at the largest rank, and memory-saving changes. */
export interface CardAnswer extends CardMemory, Omit<CardAdvice, "single" | "together"> {
  /** Rank estimated; null for full fine-tuning. */
  readonly rank: number | null;
  readonly base: BaseFormatName;
  readonly fit: Fit;
  /** Single settings changes that save memory, the largest saving first; empty if the rank fits. */
  readonly changes: CardAdvice["single"];
  /** Fewest settings changes that together make the rank fit; null if none do. */
  readonly sequence: CardAdvice["together"];
}

/**
 * Estimates a model's training memory at each rank, and its time if `hours` is loaded.
 * @throws E_CONFIG with all problems of model, targets and ranks; as `memoryChoices`.
 */
export function modelMemory(
  found: NamedConfig,
  training: TrainingConfig | undefined,
  typed: TypedChoices & TimeFlags,
  hours?: typeof import("./hours.ts"),
): ModelMemory {
  const maxSeq = maxPositionsOf(found.config);
  const choices = memoryChoices(typed, {
    ...{ maxPositions: maxSeq, training: training?.config, stored: found.stored },
  });
  const { imageTokens } = choices;
  const { profile, settings, from, method, base, microBatch, seq, labels, cards, gpu: card } = choices;
  const { shape, targets, names } = shapeOf(found.config, choices);
  const options = {
    ...{ shape, targets, profile, cards, card, maxSeq, ranks: choices.ranks, method, base, microBatch, seq },
    ...{ imageTokens, settings: choices.stated },
    ...objectiveOptions(choices),
    notCounted: notCountedOf(choices, found, training?.config),
  };
  const { rows, largestRank, advice, limits, assumptions, notCounted, parts } = estimated(options);
  const { attention } = largestRank.settings;
  const time = hours?.typedTime(typed, { profile, ranks: choices.ranks, card, seq });
  const timeOf = (row: RankEstimate): RankHours | undefined =>
    time &&
    hours?.rankHours(
      row,
      { shape, profile, targets, microBatch, seq, cards, card, objective: choices.objective },
      time,
    );
  return {
    model: { ...modelFacts(found.name, shape), taken: found.taken },
    profile: profile.name,
    stack: profile.stack,
    ...{ method, base, targets: names, labels, microBatch, seq, imageTokens },
    ...(choices.expertRank !== "whole" && { expertRank: choices.expertRank }),
    ...objectiveFacts(choices),
    optimizer: settings.optimizer,
    settings: { ...settings, attention },
    ...(cards && { cards }),
    from: attention === settings.attention ? from : { ...from, attention: "the model, which has no sdpa" },
    notCounted,
    ...(training && { config: configFacts(training) }),
    ...(card && advice && { gpu: cardAnswer(card, advice, largestRank) }),
    ...(limits.length > 0 && { limits }),
    results: rows.map((row) =>
      rankMemory(row, { nearest: measurementNear(row, options), time: timeOf(row) }),
    ),
    ...(time && { time }),
    ranks: choices.ranks,
    shared: sharedWords(choices, training),
    peakParts: parts,
    assumptions,
    errors: measuredErrors(profile.name),
  };
}

/** Estimates, or an error that names the flags of wrong values. */
function estimated(options: Parameters<typeof estimateRanks>[0]): RankEstimates {
  try {
    return estimateRanks(options);
  } catch (error) {
    throw inFlagWords(error, [...objectiveFields, "seq", "bnbVersion", "optimizerInBackward"]);
  }
}

function rankMemory(
  { method, base, rank, estimate, settings, fit, ...others }: RankEstimate,
  { nearest, time }: Pick<RankFacts, "nearest"> & { readonly time: RankHours | undefined },
): RankMemory {
  const adapterBytes = 0;
  const shown = { ...(fit && { fit }), ...others, ...(nearest && { nearest }), ...(time && { time }) };
  return { method, base, rank, adapterBytes, ...estimate, settings, ...shown };
}

function shapeOf(config: unknown, choices: MemoryChoices) {
  const { ranks, targets: named, profile, expertRank, imageTokens } = choices;
  const problems: string[] = [];
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!isInputError(error)) throw error;
      problems.push(error.message);
      return undefined;
    }
  };
  const shape = attempt(() => {
    const text = modelShapeFromConfig(config, headFor(choices));
    return imageTokens === undefined ? text : withVision(text, config);
  });
  const names = shape && attempt(() => (named instanceof RegExp ? namesMatching(shape, named) : named));
  const rules = expertRank === "whole" ? profile.traits : { ...profile.traits, experts: expertRank };
  if (shape?.experts.length === 0 && expertRank !== "whole")
    problems.push(`--expert-rank must be left out for a model without experts, got ${expertRank}`);
  const targets = shape && names && attempt(() => selectTargets(shape, names, rules));
  if (shape === undefined || targets !== undefined)
    for (const rank of ranks) attempt(() => assertRank(rank, targets));
  if (problems.length > 0 || !shape || !names || !targets)
    throw new InputError("E_CONFIG", problems.join("\n"));
  return { shape, targets, names };
}

export function modelFacts(name: string, shape: ModelShape): ModelFacts {
  const { modelType, totalParams, layers, hiddenSize } = shape;
  return { name, modelType, totalParams, layers, hiddenSize };
}

function configFacts({
  file,
  config: { tool, notes, remarks },
}: TrainingConfig): NonNullable<ModelMemory["config"]> {
  return { file, tool, notes, remarks };
}

function cardAnswer(
  card: CardMemory,
  { single, together: sequence, ...advice }: CardAdvice,
  { rank, base, fit }: RankEstimates["largestRank"],
): CardAnswer {
  const changes = fit === "fits" ? [] : single;
  return { ...card, rank, base, fit: fit!, ...advice, changes, sequence };
}

function sharedWords(choices: MemoryChoices, training: TrainingConfig | undefined): string | undefined {
  if (training === undefined || unsharedStrategy(choices, training.config) === undefined) return undefined;
  return `${training.file} trains on several cards, and does not say how many. These figures are of one card that holds everything; 2x24GB is two for --gpu, 1x24GB is one.`;
}
