import { wholeNumber } from "@lorank/core";
import {
  type ChangeEffect,
  type Fit,
  type NotCounted,
  provenBounds,
  type RankEstimate,
} from "@lorank/core/memory";
import { byteFormat } from "../../flags/card-memory.ts";
import { range } from "../../text.ts";
import type { MemoryChoices } from "./choices.ts";
import type { CardAnswer, MemoryAnswer } from "./estimate.ts";
import { cardWords, flagsOf } from "./print-card.ts";

/** A model with its choices and its answer. */
export interface AnsweredModel {
  readonly name: string;
  readonly choices: MemoryChoices;
  readonly answer: MemoryAnswer;
  /** Sentence on an assumption about name or config. */
  readonly taken?: string | undefined;
  /** Sentence on several cards of a training config, where the answer is of one. */
  readonly shared?: string | undefined;
}

/** The answer in one sentence: for one model its ranks, for several the largest rank of each. */
export function answerSentence(models: readonly AnsweredModel[]): string {
  const [first, ...others] = models as [AnsweredModel, ...AnsweredModel[]];
  const { microBatch, seq } = first.choices;
  const sameLength = others.every(({ choices }) => choices.seq === seq);
  const tokens = sameLength ? `${microBatch} × ${wholeNumber(seq)} tokens` : "";
  const place = placeOf(first.choices);
  if (others.length === 0) {
    const { rows, card, largestRank } = first.answer;
    const clauses = methodsOf(first.choices, rows).map((each) => ranksClause(each, first.choices));
    const cure =
      card === undefined
        ? smallestCard(largestRank, first.choices)
        : cureClause(card, largestRank, first.choices);
    const subject = joinedParts([first.name, tokens, place]);
    return `${subject}: ${clauses.join("; ")}${notCountedClause(first.answer.notCounted)}${cure}.`;
  }
  const [method] = methodsOf(first.choices, first.answer.rows) as [Method, ...Method[]];
  const subject =
    first.choices.method === "compare"
      ? `Rank ${largestOf(method).rank}`
      : subjectOf([largestOf(method)], method.words);
  const shared = notCountedOfAll(models);
  const clauses = models.map(({ name, choices, answer }) => {
    const methods = methodsOf(choices, answer.rows);
    const verdicts = methods.map((each) => {
      const prefix = methods.length > 1 ? `${each.words} ` : "";
      return `${prefix}${verdict(largestOf(each), choices)}`;
    });
    const ownLength = sameLength ? "" : `, ${microBatch} × ${wholeNumber(choices.seq)} tokens,`;
    const own = answer.notCounted.filter((each) => !shared.has(notCountedWords(each)));
    return `${name}${ownLength} ${verdicts.join(", ")}${notCountedClause(own, ", ")}`;
  });
  const ofAll = first.answer.notCounted.filter((each) => shared.has(notCountedWords(each)));
  return `${capital(joinedParts([subject, tokens, place]))}: ${clauses.join("; ")}${notCountedClause(ofAll)}.`;
}

/** Omissions that all models share, in words. */
function notCountedOfAll(models: readonly AnsweredModel[]): Set<string> {
  const [first, ...others] = models.map(({ answer }) => answer.notCounted.map(notCountedWords));
  return new Set(first!.filter((words) => others.every((each) => each.includes(words))));
}

/** `; not counted: modules trained in full (lora_modules_to_save lm_head)`, or nothing. */
function notCountedClause(notCounted: readonly NotCounted[], separator = "; "): string {
  const words = [...new Set(notCounted.map(notCountedWords))];
  return words.length === 0 ? "" : `${separator}not counted: ${words.join(", ")}`;
}

function notCountedWords({ what, from }: NotCounted): string {
  return from === undefined ? what : `${what} (${from})`;
}

/** `on a 24 GB card`, `on each of 2 × 24 GB with zero3`, or nothing. */
function placeOf({ gpu, cards }: MemoryChoices): string {
  if (cards !== undefined) return `on each of ${gpu?.label ?? `${cards.count} cards`} with ${cards.strategy}`;
  return gpu === undefined ? "" : `on ${article(gpu.label)} ${gpu.label}`;
}

/** One way to train with its rows, the smallest rank first. */
interface Method {
  readonly words: string;
  readonly rows: readonly RankEstimate[];
}

function methodsOf({ method }: MemoryChoices, rows: readonly RankEstimate[]): Method[] {
  const kinds = [...new Set(rows.map((row) => row.method))];
  return kinds.map((kind) => {
    const own = rows.filter((row) => row.method === kind).sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0));
    return { words: methodWords(own[0]!, method), rows: own };
  });
}

/**
 * `QLoRA and gradient checkpointing`. QLoRA is what people run under that name; a quantised base alone has its own name.
 */
function methodWords({ method, base, settings }: RankEstimate, requested: MemoryChoices["method"]): string {
  const checkpoints = settings.checkpointing !== "off";
  if (method === "full") return `full fine-tuning${checkpoints ? " with gradient checkpointing" : ""}`;
  const isQlora = method === "qlora" && requested !== "lora";
  const also = checkpoints ? " and gradient checkpointing" : "";
  const standard = isQlora ? "nf4-dq" : "bf16";
  return `${isQlora ? "QLoRA" : "LoRA"}${also}${base === standard ? "" : ` on a base in ${base}`}`;
}

/** `ranks 4 and 8 with LoRA fit, rank 64 does not fit (30.0–35.9 GB)`; without a card, what they need. */
function ranksClause({ words, rows }: Method, choices: MemoryChoices): string {
  const largest = largestOf({ words, rows });
  const [smallest] = rows as [RankEstimate, ...RankEstimate[]];
  if (choices.gpu === undefined) {
    const subject = subjectOf(rows, words);
    const needs = rows.length > 1 ? "need" : "needs";
    const most = bounds(largest, choices);
    if (rows.length === 1) return `${subject} ${needs} ${most}`;
    const more = byteFormat(choices.gpu)(largest.estimate.allocatedBytes - smallest.estimate.allocatedBytes);
    return `${subject} ${needs} ${bounds(smallest, choices)} (rank ${smallest.rank}) to ${most} (rank ${largest.rank}), ${more} more`;
  }
  const runs: RankEstimate[][] = [];
  for (const row of rows) {
    const last = runs.at(-1);
    if (last?.[0]?.fit === row.fit) last?.push(row);
    else runs.push([row]);
  }
  const parts = runs.map((run, index) => {
    const subject = index === 0 ? subjectOf(run, words) : ranksWords(run);
    return `${subject} ${fitWords[run[0]!.fit!][run.length > 1 ? 1 : 0]}`;
  });
  const most = bounds(largest, choices);
  const least = `${bounds(smallest, choices)} at rank ${smallest.rank}`;
  if (rows.length === 1) return `${parts[0]} (${most})`;
  return `${parts.join(", ")} (${runs.length === 1 ? `${least}, ` : ""}${most} at rank ${largest.rank})`;
}

const fitWords: Readonly<Record<Fit, readonly [one: string, several: string]>> = {
  fits: ["fits", "fit"],
  "may fit": ["may fit", "may fit"],
  "does not fit": ["does not fit", "do not fit"],
};

function verdict(row: RankEstimate, choices: MemoryChoices): string {
  const bytes = bounds(row, choices);
  return row.fit === undefined ? `needs ${bytes}` : `${row.fit} (${bytes})`;
}

/** Clause on what checkpointing decides, or what makes the largest rank fit. */
function cureClause(card: CardAnswer, row: RankEstimate, choices: MemoryChoices): string {
  const { fit, otherCheckpointing: other, sequence, rank } = card;
  const it = largestWords(rank, choices);
  const otherBounds = boundsWords(other, choices);
  if (fit === "fits") {
    if (other.checkpointing === "on" || other.fit === "fits") return "";
    return `; without checkpointing, ${it} ${other.fit} (${otherBounds})`;
  }
  if (other.checkpointing === "on" && other.fit === "fits")
    return `; with gradient checkpointing, ${it} fits (${otherBounds})`;
  // The LoRA rows of a comparison keep their base, and QLoRA is in it anyway.
  if (choices.method === "compare" && sequence?.some(({ set }) => "base" in set)) return "";
  const last = sequence?.at(-1);
  if (sequence && last) {
    return `; with ${flagsOf(sequence)}, ${it} fits (${boundsWords(last, choices)})`;
  }
  if (!card.allCounted) return "";
  const larger = rank === null ? smallestCard(row, choices) : "";
  return `; no change of settings makes ${it} fit${larger}`;
}

/** `; a 40 GB card (A100 40GB) surely holds rank 64, a 32 GB card (RTX 5090) may`. */
function smallestCard(
  { cards: { fits, mayFit }, rank, notCounted }: RankEstimate,
  choices: MemoryChoices,
): string {
  const what = largestWords(rank, choices);
  const named = choices.gpu !== undefined;
  if (fits === null) return named || notCounted.length > 0 ? "" : `; no common card surely holds ${what}`;
  const may =
    named || mayFit === null || mayFit.gigabytes === fits.gigabytes
      ? ""
      : `, one of ${cardWords(mayFit)} may`;
  return `; the smallest card that surely holds ${what} has ${cardWords(fits)}${may}`;
}

/** The rank of card and cure, `it` where there is no other. */
function largestWords(rank: number | null, { ranks, method }: MemoryChoices): string {
  if (rank === null || (ranks.length === 1 && method !== "compare")) return "it";
  return `rank ${rank}${method === "compare" ? " with LoRA" : ""}`;
}

function largestOf({ rows }: Method): RankEstimate {
  return rows.at(-1)!;
}

function subjectOf(rows: readonly RankEstimate[], words: string): string {
  return rows[0]?.rank === null ? words : `${ranksWords(rows)} with ${words}`;
}

function ranksWords(rows: readonly RankEstimate[]): string {
  const ranks = rows.map(({ rank }) => String(rank));
  if (ranks.length === 1) return `rank ${ranks[0]}`;
  return ranks.length === 2 ? `ranks ${ranks.join(" and ")}` : `ranks ${ranks[0]} to ${ranks.at(-1)}`;
}

function bounds({ estimate, notCounted }: RankEstimate, choices: MemoryChoices): string {
  return boundsWords({ deviceBytes: estimate.deviceBytes, notCounted }, choices);
}

/** `12.8–17.2 GB`; where not all is counted, the bound that holds: `at least 12.8 GB`, `at most 17.2 GB`. */
function boundsWords(
  { deviceBytes, notCounted }: Pick<ChangeEffect, "deviceBytes" | "notCounted">,
  { gpu }: MemoryChoices,
): string {
  const format = byteFormat(gpu);
  const [lo, hi] = provenBounds(deviceBytes, notCounted);
  if (lo > 0 && hi < Infinity) return range([lo, hi], format);
  if (lo > 0) return `at least ${format(lo)}`;
  return hi < Infinity ? `at most ${format(hi)}` : `${range(deviceBytes, format)} of what is counted`;
}

function joinedParts(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(", ");
}

function article(noun: string): string {
  return /^(?:[AHLM]\d|MI|RTX|8|11\b|18\b)/.test(noun) ? "an" : "a";
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
