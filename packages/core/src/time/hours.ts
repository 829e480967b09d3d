import type { AnsweredRank } from "../memory/answer-words.ts";
import type { CardMemory } from "../memory/card-text.ts";
import { type Objective, objectiveWords } from "../memory/objectives/objective.ts";
import { wholeNumber } from "../text.ts";
import { stepsByCard, stepsByProfile, timeSpread } from "./fitted.ts";
import { type KnownTime, LARGEST_MEASURED_RANK, type RankTimeOptions, rankTime } from "./rank-time.ts";

/** Data to train on, in tokens with padding, or in examples as long as the sequence. */
export type TrainingData = ({ readonly tokens: number } | { readonly examples: number }) & {
  /** Passes over the data. (default: 1) */
  readonly epochs?: number | undefined;
  /** Price of a card's hour, in the user's currency. */
  readonly price?: number | undefined;
};

/** Data to train on, and how far the hours at each rank are to be trusted. */
export interface TimeAnswer {
  /** Tokens in all passes over the data, padding included. */
  readonly tokens: number;
  readonly epochs: number;
  /** Price of a card's hour, in the user's currency. */
  readonly price?: number;
  /** Factors on `hours` between which 8 of 10 published runs lie, constants left out by source. */
  readonly spread: readonly [low: number, high: number];
  readonly assumptions: readonly string[];
}

export interface KnownHours extends KnownTime {
  /** Hours times cards times price; absent without a price. */
  readonly cost?: number;
  readonly likelyCost?: readonly [low: number, high: number];
}

export type RankHours = KnownHours | { readonly notKnown: string };

/** Facts of a training that all rows of an estimate share. */
export interface HoursContext
  extends Pick<RankTimeOptions, "shape" | "profile" | "targets" | "microBatch" | "seq" | "cards"> {
  readonly card: CardMemory | undefined;
  readonly objective: Objective["name"];
}

/** Counts the tokens of `data`, and says what hours on them rest on. */
export function timeAnswer(
  data: TrainingData,
  {
    seq,
    profile,
    card,
    ranks,
  }: Pick<HoursContext, "seq" | "profile" | "card"> & { readonly ranks: readonly number[] },
): TimeAnswer {
  const { epochs = 1, price } = data;
  const tokens = "tokens" in data ? data.tokens : data.examples * seq;
  const measured = stepsByCard[card?.name ?? ""];
  const largest = Math.max(...ranks);
  return {
    tokens: tokens * epochs,
    epochs,
    ...(price !== undefined && { price }),
    spread: timeSpread,
    assumptions: [
      "Hours are of training steps alone: loading, evaluation and saving come on top.",
      "tokens" in data
        ? "Tokens that only pad a batch take as long as others: count them too."
        : `Each example counts ${wholeNumber(seq)} tokens: padded, or packed to the full length.`,
      ...(measured
        ? [
            `On ${measured.rows} published steps on ${card!.name}, predictions from other sources are off by a factor of ${measured.worst} at most.`,
          ]
        : []),
      ...(stepsByProfile[profile.name]
        ? []
        : [
            `No published step time is of profile ${profile.name}; those of other stacks with alike kernels stand for it.`,
          ]),
      ...(largest > LARGEST_MEASURED_RANK
        ? [
            `No published step time is of a rank above ${LARGEST_MEASURED_RANK}; rank ${largest} is extrapolated.`,
          ]
        : []),
    ],
  };
}

/** Hours and cost of a row of `estimateRanks`, or why they are not known. */
export function rankHours(
  {
    rank,
    base,
    settings,
    fit,
    notCounted,
  }: Pick<AnsweredRank, "rank" | "base" | "settings" | "fit" | "notCounted">,
  { card, cards, objective, ...context }: HoursContext,
  { tokens, price }: TimeAnswer,
): RankHours {
  if (objective !== "sft")
    return { notKnown: `no published step time of ${objectiveWords[objective]} was found` };
  const time = rankTime({ ...context, rank, base, settings, notCounted, cards, tokens, card: card?.name });
  if ("notKnown" in time) return time;
  if (fit === "does not fit") return { notKnown: "it does not fit" };
  if (price === undefined) return time;
  const ofCards = price * (cards?.count ?? 1);
  const [low, high] = time.likelyHours;
  return { ...time, cost: time.hours * ofCards, likelyCost: [low * ofCards, high * ofCards] };
}
