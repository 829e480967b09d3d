import { assertRank, InputError, isInputError } from "@lorank/core";
import {
  type BaseFormatName,
  type CardAdvice,
  estimateRanks,
  type Fit,
  type NotCounted,
  type RankEstimates,
} from "@lorank/core/memory";
import { type ModelShape, modelShapeFromConfig, selectTargets } from "@lorank/core/models";
import type { CardMemory } from "../../flags/card-memory.ts";
import type { MemoryChoices } from "./choices.ts";

/** Answer of `lorank memory`. */
export interface MemoryAnswer extends Omit<RankEstimates, "advice"> {
  readonly shape: ModelShape;
  /** The answer for the requested card, at the largest rank. */
  readonly card?: CardAnswer;
}

export interface CardAnswer extends CardMemory, Omit<CardAdvice, "single" | "together"> {
  /** The rank that it speaks of; null of full fine-tuning. */
  readonly rank: number | null;
  readonly base: BaseFormatName;
  readonly fit: Fit;
  /** Single changes by what they save; none where it fits. */
  readonly changes: CardAdvice["single"];
  /** Changes that together make it fit; null where none do. */
  readonly sequence: CardAdvice["together"];
}

interface AnswerContext {
  /** The longest sequence that the model takes, in tokens. */
  readonly maxSeq?: number | undefined;
  /** Known omissions of the estimate. */
  readonly notCounted?: readonly NotCounted[];
}

/** @throws InputError E_CONFIG with all that is wrong with model, targets and ranks. */
export function answer(
  config: unknown,
  choices: MemoryChoices,
  { maxSeq, notCounted = [] }: AnswerContext = {},
): MemoryAnswer {
  const { labels, gpu, ranks, stated: settings } = choices;
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
  const head = labels === undefined ? {} : { head: { kind: "classification", labels } as const };
  const shape = attempt(() => modelShapeFromConfig(config, head));
  const targets = shape && attempt(() => selectTargets(shape, choices.targets));
  if (shape === undefined || targets !== undefined)
    for (const rank of ranks) attempt(() => assertRank(rank, targets));
  if (problems.length > 0 || !shape || !targets) throw new InputError("E_CONFIG", problems.join("\n"));

  const { advice, ...found } = estimateRanks({
    ...{ ...choices, shape, targets, settings, card: gpu, maxSeq },
    notCounted,
  });
  const { rank, base, fit } = found.largestRank;
  if (gpu === undefined || advice === undefined || fit === undefined) return { shape, ...found };
  const { single, together: sequence, ...card } = advice;
  const changes = fit === "fits" ? [] : single;
  return { shape, ...found, card: { ...gpu, rank, base, fit, ...card, changes, sequence } };
}

/** Facts of a model in a document. */
export interface ModelFacts extends Pick<ModelShape, "modelType" | "totalParams" | "layers" | "hiddenSize"> {
  readonly name: string;
}

export function modelFacts(name: string, shape: ModelShape): ModelFacts {
  const { modelType, totalParams, layers, hiddenSize } = shape;
  return { name, modelType, totalParams, layers, hiddenSize };
}
