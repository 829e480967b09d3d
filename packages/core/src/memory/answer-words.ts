import { formatByteRange } from "../format.ts";
import { capitalised, counted, wholeNumber } from "../text.ts";
import type { ChangeEffect } from "./advice.ts";
import { byteFormat, type CardMemory } from "./card-text.ts";
import type { Card } from "./cards.ts";
import type { MemoryEstimate } from "./estimate.ts";
import type { Fit } from "./fits.ts";
import { provenBounds } from "./not-counted.ts";
import { isPaired, type ObjectiveName, objectiveWords } from "./objectives/objective.ts";
import type { CardAdvice, RankEstimates } from "./rank-estimates.ts";
import type { MemoryMethod, RankEstimate } from "./rows.ts";
import type { Cards } from "./sharding.ts";

/** Memory of one training method at a rank, as {@link answerSentence} reads it; null for full fine-tuning. */
export type AnsweredRank = Pick<
  RankEstimate,
  "method" | "rank" | "base" | "settings" | "cards" | "notCounted"
> &
  Pick<MemoryEstimate, "allocatedBytes" | "deviceBytes"> & { readonly fit?: Fit | undefined };

/** Estimates for a model, and the requested card with its advice. */
export interface AnsweredModel<Rank extends AnsweredRank = AnsweredRank>
  extends Pick<RankEstimates, "notCounted"> {
  readonly model: { readonly name: string };
  readonly method: MemoryMethod;
  readonly ranks: readonly number[];
  readonly microBatch: number;
  readonly seq: number;
  /** Default: supervised fine-tuning. */
  readonly objective?: ObjectiveName | undefined;
  readonly gpu?:
    | (CardMemory &
        Pick<CardAdvice, "otherCheckpointing" | "allCounted"> & {
          readonly fit: Fit;
          readonly sequence: CardAdvice["together"];
        })
    | undefined;
  readonly cards?: Cards | undefined;
  readonly results: readonly Rank[];
}

/** Words for changes of the settings: `--loss chunked --checkpointing on`. */
type ChangesInWords = (changes: readonly ChangeEffect[]) => string;

/** Answers in a sentence whether a model's ranks fit, or each model's largest rank. */
export function answerSentence(models: readonly AnsweredModel[], inWords: ChangesInWords): string {
  const [first, ...others] = models as [AnsweredModel, ...AnsweredModel[]];
  const [method] = methodsOf(first);
  const sameLength = others.every(({ seq }) => seq === first.seq);
  const shared = omissionsOf(first).filter((words) =>
    others.every((each) => omissionsOf(each).includes(words)),
  );
  const about = (subject: string): string =>
    [subject, ...(sameLength ? [lengthOf(first)] : []), ...placeOf(first)].join(", ");
  if (others.length === 0) {
    const clauses = methodsOf(first).map((each) => ranksClause(each, first));
    const cure = cureClause(method.largest, first, inWords);
    return `${about(first.model.name)}: ${clauses.join("; ")}${notCountedClause(shared)}${cure}.`;
  }
  const { largest, words } = method;
  const subject = first.method === "compare" ? `rank ${largest.rank}` : subjectOf([largest], words);
  const clauses = models.map((one) => {
    const methods = methodsOf(one);
    const verdicts = methods.map(({ words, largest }) => {
      const prefix = methods.length > 1 ? `${words} ` : "";
      const bytes = bounds(largest, one);
      return `${prefix}${largest.fit === undefined ? `needs ${bytes}` : `${largest.fit} (${bytes})`}`;
    });
    const own = omissionsOf(one).filter((each) => !shared.includes(each));
    const length = sameLength ? "" : `, ${lengthOf(one)},`;
    return `${one.model.name}${length} ${verdicts.join(", ")}${notCountedClause(own, ", ")}`;
  });
  return capitalised(`${about(subject)}: ${clauses.join("; ")}${notCountedClause(shared)}.`);
}

/** Size of a pass: `1 × 1,024 tokens`, `DPO, 4 pairs of 2 × 1,024 tokens`. */
function lengthOf({ microBatch, seq, objective = "sft" }: AnsweredModel): string {
  const length = `${wholeNumber(seq)} tokens`;
  const samples = isPaired(objective) ? `${counted(microBatch, "pair")} of 2` : String(microBatch);
  return [...(objective === "sft" ? [] : [objectiveWords[objective]]), `${samples} × ${length}`].join(", ");
}

/** Cards in words: `on a 24 GB card`, `on each of 2 × 24 GB with zero3`, or nothing. */
function placeOf({ gpu, cards }: AnsweredModel): string[] {
  if (cards !== undefined)
    return [`on each of ${gpu?.label ?? `${cards.count} cards`} with ${cards.strategy}`];
  if (gpu === undefined) return [];
  return [`on ${/^(?:[AHLM]\d|MI|RTX|8|11\b|18\b)/.test(gpu.label) ? "an" : "a"} ${gpu.label}`];
}

function omissionsOf({ notCounted }: AnsweredModel): string[] {
  return [...new Set(notCounted.map(({ what, from }) => (from === undefined ? what : `${what} (${from})`)))];
}

/** Clause such as `; not counted: modules trained in full (lora_modules_to_save lm_head)`, or nothing. */
function notCountedClause(omissions: readonly string[], separator = "; "): string {
  return omissions.length === 0 ? "" : `${separator}not counted: ${omissions.join(", ")}`;
}

interface Method<Rank extends AnsweredRank = AnsweredRank> {
  readonly words: string;
  readonly rows: readonly Rank[];
  readonly largest: Rank;
}

/** Training methods with their rows, such as LoRA and QLoRA; card advice concerns the first. */
export function methodsOf<Rank extends AnsweredRank>({
  method,
  results,
}: AnsweredModel<Rank>): [Method<Rank>, ...Method<Rank>[]] {
  const kinds = [...new Set(results.map((row) => row.method))];
  return kinds.map((kind): Method<Rank> => {
    const rows = results.filter((row) => row.method === kind).sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0));
    return { words: methodWords(rows[0]!, method), rows, largest: rows.at(-1)! };
  }) as [Method<Rank>, ...Method<Rank>[]];
}

/** Training method in words: `QLoRA and gradient checkpointing`. LoRA requested on a 4-bit base is not called QLoRA. */
function methodWords({ method, base, settings }: AnsweredRank, requested: AnsweredModel["method"]): string {
  const checkpoints = settings.checkpointing !== "off";
  if (method === "full") return `full fine-tuning${checkpoints ? " with gradient checkpointing" : ""}`;
  const [name, standard] =
    method === "qlora" && requested !== "lora" ? ["QLoRA", "nf4-dq"] : ["LoRA", "bf16"];
  const also = checkpoints ? " and gradient checkpointing" : "";
  return `${name}${also}${base === standard ? "" : ` on a base in ${base}`}`;
}

/**
 * Clause such as `ranks 4 and 8 with LoRA fit, rank 64 does not fit (30.0–35.9 GB)`; without a card, the ranks' memory.
 */
function ranksClause({ words, rows, largest }: Method, memory: AnsweredModel): string {
  const [smallest] = rows as [AnsweredRank, ...AnsweredRank[]];
  const [least, most] = [bounds(smallest, memory), bounds(largest, memory)];
  if (memory.gpu === undefined) {
    if (rows.length === 1) return `${subjectOf(rows, words)} needs ${most}`;
    const more = byteFormat(undefined)(largest.allocatedBytes - smallest.allocatedBytes);
    return `${subjectOf(rows, words)} need ${least} (rank ${smallest.rank}) to ${most} (rank ${largest.rank}), ${more} more`;
  }
  const runs: AnsweredRank[][] = [];
  for (const row of rows) {
    if (runs.at(-1)?.[0]?.fit === row.fit) runs.at(-1)!.push(row);
    else runs.push([row]);
  }
  const parts = runs.map((run, index) => {
    const fit = run[0]!.fit!;
    return `${index === 0 ? subjectOf(run, words) : ranksWords(run)} ${run.length > 1 ? severalFit[fit] : fit}`;
  });
  if (rows.length === 1) return `${parts[0]} (${most})`;
  const from = runs.length === 1 ? `${least} at rank ${smallest.rank}, ` : "";
  return `${parts.join(", ")} (${from}${most} at rank ${largest.rank})`;
}

const severalFit: Readonly<Record<Fit, string>> = {
  fits: "fit",
  "may fit": "may fit",
  "does not fit": "do not fit",
};

/**
 * Clause on changes that make the largest rank fit, or on gradient checkpointing's effect; without a card, on card
 * sizes.
 */
function cureClause(row: AnsweredRank, memory: AnsweredModel, inWords: ChangesInWords): string {
  const { gpu, method } = memory;
  if (gpu === undefined) return smallestCard(row, memory);
  const { otherCheckpointing: other, sequence } = gpu;
  const it = largestWords(row, memory);
  const isOn = other.checkpointing === "on";
  if (gpu.fit === "fits")
    return isOn || other.fit === "fits"
      ? ""
      : `; without checkpointing, ${it} ${other.fit} (${bounds(other, memory)})`;
  if (isOn && other.fit === "fits")
    return `; with gradient checkpointing, ${it} fits (${bounds(other, memory)})`;
  // LoRA rows in a comparison keep their base format, since QLoRA has separate rows.
  if (method === "compare" && sequence?.some(({ set }) => "base" in set)) return "";
  const last = sequence?.at(-1);
  if (sequence && last) return `; with ${inWords(sequence)}, ${it} fits (${bounds(last, memory)})`;
  if (!gpu.allCounted) return "";
  return `; no change of settings makes ${it} fit${row.rank === null ? smallestCard(row, memory) : ""}`;
}

/**
 * Clause such as `; the smallest card that surely holds rank 64 has 40 GB (A100 40GB), one of 32 GB (RTX 5090) may`.
 */
function smallestCard(row: AnsweredRank, memory: AnsweredModel): string {
  const { fits, mayFit } = row.cards;
  const what = largestWords(row, memory);
  const isOpen = memory.gpu === undefined;
  if (fits === null)
    return isOpen && row.notCounted.length === 0 ? `; no common card surely holds ${what}` : "";
  const may =
    isOpen && mayFit !== null && mayFit.gigabytes !== fits.gigabytes
      ? `, one of ${cardWords(mayFit)} may`
      : "";
  return `; the smallest card that surely holds ${what} has ${cardWords(fits)}${may}`;
}

function largestWords({ rank }: AnsweredRank, { ranks, method }: AnsweredModel): string {
  if (rank === null || (ranks.length === 1 && method !== "compare")) return "it";
  return `rank ${rank}${method === "compare" ? " with LoRA" : ""}`;
}

function subjectOf(rows: readonly AnsweredRank[], words: string): string {
  return rows[0]?.rank === null ? words : `${ranksWords(rows)} with ${words}`;
}

function ranksWords(rows: readonly AnsweredRank[]): string {
  const ranks = rows.map(({ rank }) => String(rank));
  if (ranks.length === 1) return `rank ${ranks[0]}`;
  return ranks.length === 2 ? `ranks ${ranks.join(" and ")}` : `ranks ${ranks[0]} to ${ranks.at(-1)}`;
}

/** Memory bounds in words: `12.8–17.2 GB`. With omissions, only the bound still valid: `at least 12.8 GB`. */
function bounds(
  { deviceBytes, notCounted }: Pick<ChangeEffect, "deviceBytes" | "notCounted">,
  { gpu }: AnsweredModel,
): string {
  const format = byteFormat(gpu);
  const [lo, hi] = provenBounds(deviceBytes, notCounted);
  if (lo > 0 && hi < Infinity) return formatByteRange([lo, hi], format);
  if (lo > 0) return `at least ${format(lo)}`;
  return hi < Infinity
    ? `at most ${format(hi)}`
    : `${formatByteRange(deviceBytes, format)} of what is counted`;
}

/** Sentence such as `Smallest card for rank 64: 40 GB (A100 40GB) surely fits, 32 GB (RTX 5090) may fit.`, or nothing. */
export function smallestCardSentence({
  cards,
  rank,
  notCounted,
}: Pick<AnsweredRank, "cards" | "rank" | "notCounted">): string | undefined {
  const { fits, mayFit } = cards;
  const isOpen = fits === null && notCounted.length > 0;
  if (isOpen && mayFit === null) return undefined;
  const none = isOpen ? "" : "none of the common ones surely fits";
  const smallest = fits === null ? none : `${cardWords(fits)} surely fits`;
  const smaller =
    mayFit === null || mayFit.gigabytes === fits?.gigabytes
      ? ""
      : `${isOpen ? "" : fits === null ? "; " : ", "}${cardWords(mayFit)} may fit`;
  return `Smallest card for ${rank === null ? "it" : `rank ${rank}`}: ${smallest}${smaller}.`;
}

/** Card size in words with known cards: `24 GB (A10, L4, RTX 3090, …)`. */
function cardWords({ gigabytes, names }: Card): string {
  const most = 3;
  const shown = names.length > most ? [...names.slice(0, most), "…"] : names;
  return `${gigabytes} GB (${shown.join(", ")})`;
}
