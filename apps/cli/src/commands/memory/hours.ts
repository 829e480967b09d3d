import { wholeNumber } from "@lorank/core";
import { type CardMemory, objectiveWords, type RankEstimate } from "@lorank/core/memory";
import {
  type KnownTime,
  LARGEST_MEASURED_RANK,
  type RankTimeOptions,
  rankTime,
  stepsByCard,
  stepsByProfile,
  timeSpread,
} from "@lorank/core/time";
import { throwIfAny } from "../../errors.ts";
import type { MemoryChoices, MemoryFlags } from "./choices.ts";

export type TimeFlags = Pick<MemoryFlags, "tokens" | "examples" | "epochs" | "price">;

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

interface Context
  extends Pick<RankTimeOptions, "shape" | "profile" | "targets" | "microBatch" | "seq" | "cards"> {
  readonly card: CardMemory | undefined;
  readonly objective: MemoryChoices["objective"];
}

/** Reads the flags on time. Throws E_CONFIG with all problems. */
export function timeAnswer(
  { tokens, examples, epochs = 1, price }: TimeFlags,
  {
    seq,
    profile,
    card,
    ranks,
  }: Pick<Context, "seq" | "profile" | "card"> & { readonly ranks: readonly number[] },
): TimeAnswer {
  const total = tokens ?? (examples === undefined ? undefined : examples * seq);
  throwIfAny([
    ...(total === undefined
      ? ["--tokens or --examples must be there with --epochs and --price, got neither"]
      : []),
    ...(tokens !== undefined && examples !== undefined
      ? [`--examples must be left out with --tokens ${tokens}, got ${examples}`]
      : []),
  ]);
  const measured = stepsByCard[card?.name ?? ""];
  const largest = Math.max(...ranks);
  return {
    tokens: total! * epochs,
    epochs,
    ...(price !== undefined && { price }),
    spread: timeSpread,
    assumptions: [
      "Hours are of training steps alone: loading, evaluation and saving come on top.",
      tokens === undefined
        ? `Each example counts ${wholeNumber(seq)} tokens: padded, or packed to the full length.`
        : "Tokens that only pad a batch take as long as others: count them in --tokens.",
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

/** Hours and cost of a row, or why they are not known. */
export function rankHours(
  { rank, base, settings, fit, notCounted }: RankEstimate,
  { card, cards, objective, ...context }: Context,
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
