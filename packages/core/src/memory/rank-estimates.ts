import { InputError } from "../errors.ts";
import type { NotCounted } from "../model/shape.ts";
import { assertList, assertOptions, type OptionNames } from "../options.ts";
import { type MemoryAdvice, memoryAdvice } from "./advice.ts";
import { baseFormat } from "./base-bytes.ts";
import { baseInStack } from "./base-in-stack.ts";
import { cardLimits, type Lack } from "./card-limits.ts";
import { type Fit, fitOf, type Growable, largestThatFits } from "./fits.ts";
import { expertAssumptions, foldedAssumptions } from "./mixture.ts";
import { notCountedIn, provenBounds } from "./not-counted.ts";
import { partsInWords } from "./parts.ts";
import { type MemoryRowsOptions, memoryRows, type RankEstimate } from "./rows.ts";
import { cardsAssumptions } from "./sharding.ts";
import type { CheckpointingKind, StackSettings } from "./stack.ts";
import { modelAssumptions } from "./static-bytes.ts";
import { assertEstimated, commonNames, type TrainingOptions, trainingEstimate } from "./training.ts";
import { visionAssumptions } from "./vision.ts";

export interface RankEstimatesOptions extends MemoryRowsOptions {
  /** Model's longest sequence, in tokens; default: no limit. */
  readonly maxSeq?: number | undefined;
}

const rankNames: OptionNames<RankEstimatesOptions> = {
  ...commonNames,
  targets: true,
  ranks: true,
  base: true,
  method: false,
  card: false,
  maxSeq: false,
};

/** Advice on fitting into a card: changes, and largest settings. */
export interface CardAdvice extends MemoryAdvice {
  /** Estimate with the opposite checkpointing setting. */
  readonly otherCheckpointing: {
    readonly checkpointing: CheckpointingKind;
    readonly fit: Fit;
    readonly deviceBytes: readonly [lo: number, hi: number];
    /** Training memory omitted from that estimate. */
    readonly notCounted: readonly NotCounted[];
  };
  /** Largest values that surely fit, changing a single setting at a time; null if not even 1 surely does. */
  readonly largest: Readonly<Record<Growable, number | null>>;
}

export interface RankEstimates {
  /** Estimates by method, then rank. */
  readonly rows: readonly RankEstimate[];
  readonly largestRank: RankEstimate;
  /** Peak bytes at `largestRank` by part, named in words, largest first. */
  readonly parts: readonly (readonly [words: string, bytes: number])[];
  readonly assumptions: { readonly cards: readonly string[]; readonly model: readonly string[] };
  readonly notCounted: readonly NotCounted[];
  readonly limits: readonly string[];
  readonly advice?: CardAdvice;
}

/**
 * Estimates peak training memory at each rank, compared with cards. Throws E_RANK,
 * E_BASE_FORMAT, and E_CONFIG naming field, rule and value.
 */
export function estimateRanks(request: RankEstimatesOptions): RankEstimates {
  assertEstimated(request, "the options of estimateRanks", rankNames);
  const { maxSeq, ...options } = request;
  assertList("ranks", options.ranks);
  checkPositions(options);
  if (options.card !== undefined)
    assertOptions(options.card, "the card", { bytes: true, name: false, lacks: false });
  const { shape, card } = options;
  const rows = memoryRows(options);
  const [first] = rows;
  if (first === undefined) throw new InputError("E_CONFIG", "ranks must hold at least one rank, got none");
  const own = rows.filter(({ method }) => method === first.method);
  const largestRank = own.reduce((best, row) => ((row.rank ?? 0) > (best.rank ?? 0) ? row : best));
  const { rank, base, settings, estimate } = largestRank;
  const { name = "The card", lacks = [] } = card ?? {};
  const ofModel = rows.flatMap((row) => [
    ...modelAssumptions(shape),
    ...mixtureWords(options, row),
    ...visionAssumptions(options, row),
  ]);
  const explained = { ...options, settings, rank, base: baseFormat(base) };
  return {
    rows,
    largestRank,
    parts: partsInWords(estimate.parts),
    assumptions: { cards: cardsAssumptions(options.cards), model: [...new Set(ofModel)] },
    notCounted: withoutCopies(rows.flatMap((row) => row.notCounted)),
    limits: cardLimits({ name, lacks }, rows),
    ...(card && { advice: cardAdvice(explained, card.bytes, { lacks, maxSeq }) }),
  };
}

/** Throws E_CONFIG for sequences beyond a model's table of positions. */
function checkPositions({ shape: { positions, modelType }, seq }: MemoryRowsOptions): void {
  if (positions > 0 && seq > positions)
    throw new InputError(
      "E_CONFIG",
      `seq must be at most ${positions}, the positions that this ${modelType} has learned, got ${seq}`,
    );
}

function mixtureWords({ shape, targets, profile }: MemoryRowsOptions, row: RankEstimate): string[] {
  const { settings, rank } = row;
  const { experts } = profile.traits;
  const { base } = baseInStack(baseFormat(row.base), shape, targets, settings, profile.traits);
  return [
    ...expertAssumptions({ shape, base, experts, targets: rank === null ? [] : targets }),
    ...(rank === null ? [] : foldedAssumptions({ shape, targets, base, rank, settings })),
  ];
}

function withoutCopies(notCounted: readonly NotCounted[]): NotCounted[] {
  return [...new Map(notCounted.map((each) => [JSON.stringify(each), each])).values()];
}

function cardAdvice(
  options: TrainingOptions & { readonly settings: StackSettings },
  bytes: number,
  { lacks, maxSeq }: { readonly lacks: readonly Lack[]; readonly maxSeq: number | undefined },
): CardAdvice {
  const checkpointing = options.settings.checkpointing === "off" ? "on" : "off";
  const settings = { ...options.settings, checkpointing } as const;
  const otherwise = { ...options, settings };
  const { deviceBytes } = trainingEstimate(otherwise);
  const notCounted = notCountedIn(otherwise);
  const bounds = provenBounds(deviceBytes, notCounted);
  return {
    ...memoryAdvice(options, bytes, lacks),
    otherCheckpointing: { checkpointing, fit: fitOf(bounds, bytes), deviceBytes, notCounted },
    largest: {
      rank: largestThatFits(options, bytes, "rank"),
      microBatch: largestThatFits(options, bytes, "microBatch"),
      seq: largestThatFits(options, bytes, "seq", maxSeq ?? (options.shape.positions || undefined)),
    },
  };
}
