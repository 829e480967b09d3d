import { type MemoryAdvice, memoryAdvice } from "./advice.ts";
import { baseFormat } from "./base-bytes.ts";
import { cardLimits } from "./card-limits.ts";
import { type CardChoice, cardsFor, type NamedCard } from "./cards.ts";
import { type Fit, fitOf, type Growable, largestThatFits } from "./fits.ts";
import type { MeasuredErrors } from "./measured-rows.ts";
import { type Measurement, measuredErrors, nearestMeasurement } from "./nearest-measurement.ts";
import { partsInWords } from "./parts.ts";
import { largestRankRow, type MemoryRow, type MemoryRowsOptions, memoryRows } from "./rows.ts";
import { cardsAssumptions } from "./sharding.ts";
import type { CheckpointingKind, StackSettings } from "./stack.ts";
import { modelAssumptions } from "./static-bytes.ts";
import { estimateTraining, type TrainingOptions } from "./training.ts";

/** Memory to fit into: what `findCard` finds, or its bytes alone. */
export type RequestedCard = Pick<NamedCard, "bytes"> & Partial<Pick<NamedCard, "name" | "lacks">>;

export interface RankEstimatesOptions extends MemoryRowsOptions {
  readonly card?: RequestedCard | undefined;
  /** The longest sequence that the model takes, in tokens; default: no limit. */
  readonly maxSeq?: number | undefined;
}

/** One way to train, with its estimate and what it is compared with. */
export type RankEstimate = MemoryRow & {
  readonly cards: CardChoice;
  /** Into the requested card. */
  readonly fit?: Fit;
  /** The published measurement that is most like it; none of several cards are known. */
  readonly nearest?: Measurement;
};

/** How far a card goes, and what to change. */
export interface CardAdvice extends MemoryAdvice {
  readonly fit: Fit;
  /** The same with checkpointing the other way. */
  readonly otherCheckpointing: {
    readonly checkpointing: CheckpointingKind;
    readonly fit: Fit;
    readonly deviceBytes: readonly [lo: number, hi: number];
  };
  /** The largest values that surely fit, one of them changed at a time; null if not even 1 does. */
  readonly largest: Readonly<Record<Growable, number | null>>;
}

export interface RankEstimates {
  /** One row a rank, of each requested method. */
  readonly rows: readonly RankEstimate[];
  /** The first method's row with the largest rank. */
  readonly largestRank: RankEstimate;
  /** What the peak of `largestRank` is made of, in words, the largest part first. */
  readonly parts: readonly (readonly [words: string, bytes: number])[];
  /** How far estimates of this stack were from published measurements; undefined if none was found. */
  readonly errors: MeasuredErrors | { readonly rows: 0 } | undefined;
  /** Those assumptions of the estimates that are about several cards, and about the model. */
  readonly assumptions: { readonly cards: readonly string[]; readonly model: readonly string[] };
  /** Sentences on what the requested card cannot run of the rows: bf16, FlashAttention 2, int8. */
  readonly limits: readonly string[];
  /** Advice on the requested card for `largestRank`. */
  readonly advice?: CardAdvice;
}

/**
 * Estimates the peak memory of training at each rank, and compares it with cards and published measurements.
 *
 * Throws E_RANK, E_BASE_FORMAT, and E_CONFIG naming the field, the rule and the value.
 */
export function estimateRanks({ card, maxSeq, ...options }: RankEstimatesOptions): RankEstimates {
  const { shape, profile, cards, microBatch, seq } = options;
  const rows = memoryRows(options).map((row): RankEstimate => {
    const { deviceBytes } = row.estimate;
    const setup = { profile: profile.name, params: shape.totalParams, base: row.base, rank: row.rank };
    return {
      ...row,
      cards: cardsFor(deviceBytes),
      ...(card && { fit: fitOf(deviceBytes, card.bytes) }),
      ...(cards === undefined && {
        nearest: nearestMeasurement({ ...setup, microBatch, seq, ...row.settings }),
      }),
    };
  });
  const largestRank = largestRankRow(rows);
  const { rank, base, settings, estimate } = largestRank;
  const { name = "The card", lacks = [] } = card ?? {};
  const ofModel = rows.flatMap((row) => modelAssumptions(shape, baseFormat(row.base)));
  return {
    rows,
    largestRank,
    parts: partsInWords(estimate.parts),
    errors: measuredErrors(profile.name),
    assumptions: { cards: cardsAssumptions(cards), model: [...new Set(ofModel)] },
    limits: cardLimits({ name, lacks }, rows),
    ...(card && {
      advice: cardAdvice({ ...options, settings, rank, base: baseFormat(base) }, card, maxSeq),
    }),
  };
}

function cardAdvice(
  options: TrainingOptions & { readonly settings: StackSettings },
  { bytes, lacks }: RequestedCard,
  maxSeq: number | undefined,
): CardAdvice {
  const checkpointing = options.settings.checkpointing === "off" ? "on" : "off";
  const settings = { ...options.settings, checkpointing } as const;
  const other = estimateTraining({ ...options, settings }).deviceBytes;
  return {
    ...memoryAdvice(options, bytes, lacks),
    fit: fitOf(estimateTraining(options).deviceBytes, bytes),
    otherCheckpointing: { checkpointing, fit: fitOf(other, bytes), deviceBytes: other },
    largest: {
      rank: largestThatFits(options, bytes, "rank"),
      microBatch: largestThatFits(options, bytes, "microBatch"),
      seq: largestThatFits(options, bytes, "seq", maxSeq),
    },
  };
}
