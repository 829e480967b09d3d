import {
  assertRank,
  InputError,
  isInputError,
  type ModelShape,
  modelShapeFromConfig,
  selectTargets,
} from "@lorank/core";
import {
  type BaseFormatName,
  baseFormat,
  type CardChoice,
  type ChangeEffect,
  type CheckpointingKind,
  cardsFor,
  estimateTraining,
  type Fit,
  fitOf,
  type Growable,
  largestRankRow,
  largestThatFits,
  type Measurement,
  type MemoryRow,
  memoryAdvice,
  memoryRows,
  nearestMeasurement,
  type StackSettings,
  type TrainingOptions,
} from "@lorank/core/memory";
import type { CardMemory } from "../settings/card-memory.ts";
import type { MemoryChoices } from "./choices.ts";

/** Answer of `lorank memory`. */
export interface MemoryAnswer {
  readonly shape: ModelShape;
  readonly rows: readonly AnsweredRow[];
  /** The answer for the requested card, at the largest rank. */
  readonly card?: CardAnswer;
}

export type AnsweredRow = MemoryRow & {
  readonly cards: CardChoice;
  /** Into the requested card. */
  readonly fit?: Fit;
  /** The published measurement that is most like it; none of several cards are known. */
  readonly nearest?: Measurement;
};

export interface CardAnswer extends CardMemory {
  /** The rank that it speaks of; null of full fine-tuning. */
  readonly rank: number | null;
  readonly base: BaseFormatName;
  readonly fit: Fit;
  /** The same with checkpointing the other way. */
  readonly otherCheckpointing: {
    readonly checkpointing: CheckpointingKind;
    readonly fit: Fit;
    readonly deviceBytes: readonly [lo: number, hi: number];
  };
  /** The largest values under which that rank surely fits, or the largest such rank; null where not even 1 does. */
  readonly largest: Readonly<Record<Growable, number | null>>;
  /** Single changes by what they save; none where it fits. */
  readonly changes: readonly ChangeEffect[];
  /** Changes that together make it fit; null where none do. */
  readonly sequence: readonly ChangeEffect[] | null;
}

/** @throws InputError E_CONFIG with all that is wrong with model, targets and ranks. */
export function answer(
  config: unknown,
  choices: MemoryChoices,
  maxPositions: number | undefined,
): MemoryAnswer {
  const { labels, gpu, cards, ranks, method, base, profile, stated, microBatch, seq } = choices;
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

  const options = { shape, targets, profile, microBatch, seq, ...(cards && { cards }) };
  const rows = memoryRows({ ...options, settings: stated, ranks, base, method }).map((row) => ({
    ...row,
    cards: cardsFor(row.estimate.deviceBytes),
    ...(gpu && { fit: fitOf(row.estimate.deviceBytes, gpu.bytes) }),
    ...(cards === undefined && {
      nearest: nearestMeasurement({
        ...{ profile: profile.name, params: shape.totalParams, base: row.base, rank: row.rank },
        ...{ microBatch, seq, ...row.settings },
      }),
    }),
  }));
  const { rank, base: format, settings } = largestRankRow(rows);
  if (gpu === undefined) return { shape, rows };
  const row = { ...options, settings, rank, base: baseFormat(format) };
  return { shape, rows, card: { ...gpu, rank, base: format, ...cardAnswer(row, gpu, maxPositions) } };
}

function cardAnswer(
  options: TrainingOptions & { readonly settings: StackSettings },
  { bytes, lacks }: CardMemory,
  maxPositions: number | undefined,
): Pick<CardAnswer, "fit" | "otherCheckpointing" | "largest" | "changes" | "sequence"> {
  const { single, together } = memoryAdvice(options, bytes, lacks);
  const fits = together?.length === 0;
  return {
    fit: fitOf(estimateTraining(options).deviceBytes, bytes),
    otherCheckpointing: otherCheckpointing(options, bytes),
    largest: {
      rank: largestThatFits(options, bytes, "rank"),
      microBatch: largestThatFits(options, bytes, "microBatch"),
      seq: largestThatFits(options, bytes, "seq", maxPositions),
    },
    changes: fits ? [] : single,
    sequence: together,
  };
}

function otherCheckpointing(
  options: TrainingOptions & { readonly settings: StackSettings },
  bytes: number,
): CardAnswer["otherCheckpointing"] {
  const checkpointing = options.settings.checkpointing === "off" ? "on" : "off";
  const { deviceBytes } = estimateTraining({
    ...options,
    settings: { ...options.settings, checkpointing },
  });
  return { checkpointing, fit: fitOf(deviceBytes, bytes), deviceBytes };
}

/** Facts of a model in a document. */
export interface ModelFacts extends Pick<ModelShape, "modelType" | "totalParams" | "layers" | "hiddenSize"> {
  readonly name: string;
}

export function modelFacts(name: string, shape: ModelShape): ModelFacts {
  const { modelType, totalParams, layers, hiddenSize } = shape;
  return { name, modelType, totalParams, layers, hiddenSize };
}
