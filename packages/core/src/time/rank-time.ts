import { type BaseFormatName, baseFormat, isFloat } from "../memory/base-bytes.ts";
import type { Profile } from "../memory/profiles.ts";
import type { Cards } from "../memory/sharding.ts";
import type { StackSettings } from "../memory/stack.ts";
import type { LinearShape } from "../model/linear-shapes.ts";
import type { ModelShape, NotCounted } from "../model/shape.ts";
import { listInWords } from "../text.ts";
import { cardSpeeds } from "./cards.ts";
import { stepsByCard, timeConstants, timeSpread } from "./fitted.ts";
import { secondsOf, type TimeConstants } from "./law.ts";
import { type Kernels, stepWork } from "./work.ts";

/** Training at one rank, and the data. */
export interface RankTimeOptions {
  readonly shape: ModelShape;
  readonly profile: Profile;
  readonly targets: readonly LinearShape[];
  /** Null for full fine-tuning. */
  readonly rank: number | null;
  readonly base: BaseFormatName;
  readonly settings: StackSettings;
  readonly microBatch: number;
  readonly seq: number;
  /** Tokens in all passes over the data, padding included. */
  readonly tokens: number;
  /** Card's name as `findCard` gives it; undefined for a memory size alone. */
  readonly card: string | undefined;
  readonly cards?: Cards | undefined;
  readonly notCounted?: readonly NotCounted[];
}

export interface KnownTime {
  readonly hours: number;
  /** Hours between which 8 of 10 measured runs lie, where constants come from other sources. */
  readonly likelyHours: readonly [low: number, high: number];
  /** Tokens a second on all cards. */
  readonly tokensPerSecond: number;
  /** Factor by which the card multiplies A and B slower, since they work in fp32; absent in 16 bits. */
  readonly fp32Factor?: number;
}

export type RankTime = KnownTime | { readonly notKnown: string };

/** Largest rank of a published step time. */
export const LARGEST_MEASURED_RANK = 64;

/** Cards on which a step was measured. */
const timedCards: readonly string[] = Object.keys(stepsByCard);

/** Hours of LoRA training, or why they are not known: no published step time is like it. */
export function rankTime(options: RankTimeOptions): RankTime {
  const { rank, card, base: name, tokens, cards } = options;
  const notKnown = reasonAgainst(options);
  const speed = cardSpeeds[card ?? ""];
  if (notKnown !== undefined || rank === null || speed === undefined) return { notKnown: notKnown ?? "" };
  const base = baseFormat(name);
  const kernels = kernelsOf(options);
  const work = stepWork({ ...options, rank, base, kernels, traits: options.profile.traits });
  const format = isFloat(name) ? "float" : name === "gptq" ? "gptq" : "nf4";
  const hoursWith = (constants: TimeConstants): number =>
    (secondsOf(work, speed, constants, format) * tokens) / (work.tokens * (cards?.count ?? 1) * 3600);
  const hours = hoursWith(timeConstants);
  // Wider products reach more of the card's rate, by how much is not measured: at most what the base's reach.
  const least = rank > LARGEST_MEASURED_RANK ? hoursWith({ ...timeConstants, thinShare: 1 }) : hours;
  return {
    hours,
    likelyHours: [least * timeSpread[0], hours * timeSpread[1]],
    tokensPerSecond: tokens / hours / 3600,
    ...(work.adaptsInFp32 && { fp32Factor: speed.teraflops / speed.fp32Teraflops }),
  };
}

/** Profiles whose blocks run in kernels of their own. Axolotl 0.19 turns its LoRA kernels on by default. */
const fused: readonly Profile["name"][] = ["unsloth", "axolotl"];

function kernelsOf({ profile, settings }: Pick<RankTimeOptions, "profile" | "settings">): Kernels {
  return settings.compile || fused.includes(profile.name) ? "fused" : "plain";
}

/** Experts of the largest mixture that was measured, Mixtral 8x7B. */
const MEASURED_EXPERTS = 8;

function reasonAgainst(options: RankTimeOptions): string | undefined {
  const { shape, profile, rank, base, settings, card, cards, targets, notCounted = [] } = options;
  if (card === undefined) return `no card is named; steps were measured on ${listInWords(timedCards, "and")}`;
  if (cardSpeeds[card] === undefined)
    return `no published step time of LoRA on ${card}; there are some on ${listInWords(timedCards, "and")}`;
  if (cards !== undefined && cards.strategy !== "ddp")
    return `cards that share weights or states exchange data at the speed of their links (${cards.strategy})`;
  if (rank === null) return "all published step times that are used here are of adapters";
  if (profile.name.startsWith("litgpt")) return "published times of litgpt are of steps of unstated length";
  if (base === "int8" || base === "fp32") return `no published step time on a base in ${base}`;
  if (settings.variant === "lora-fa" || settings.variant === "bd-lora")
    return `PEFT's published time of ${settings.variant} is longer than counting explains`;
  if (settings.attention === "eager") return "no published step time with eager attention";
  const { experts } = shape.block.feedForward;
  const isUnlike =
    (shape.family !== "llama" && shape.family !== "mixture") ||
    shape.unmodelled.length > 0 ||
    (experts?.count ?? 0) > MEASURED_EXPERTS;
  if (isUnlike) return `no published step time of a model like ${shape.modelType}`;
  if (targets.some((target) => shape.experts.some(({ name }) => name === target.name)))
    return "no published step time with adapters on experts";
  if (notCounted.length > 0)
    return `not counted: ${listInWords([...new Set(notCounted.map(({ what }) => what))], "and")}`;
  return undefined;
}
