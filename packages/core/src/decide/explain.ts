import { isBehindPrior } from "../results/behind-prior.ts";
import type { Decision, RankSummary } from "../results/types.ts";
import { priorSentences } from "./class-prior/class-prior-words.ts";
import { type Comparison, type PairComparison, pairOf } from "./compare.ts";
import { failureWords, type PairedDesign } from "./paired-design.ts";
import { neededFor } from "./plan/needed.ts";
import { raceSentences } from "./race/race-words.ts";
import { boundInUnit, counted, inUnit, listed, range, sideOf, times, withError } from "./words.ts";

export interface ExplainInput {
  readonly decision: Omit<Decision, "explanation">;
  readonly design: PairedDesign;
  readonly comparison: Comparison;
  readonly inPlay: readonly number[];
  readonly needed: { readonly examples: number; readonly seeds: number } | undefined;
}

/** The verdict in plain words: what to take, how it compares, what it rests on, what was left out. */
export function explain(input: ExplainInput): string {
  const { decision } = input;
  // Whom a race left out its own sentences say.
  const told = decision.race ? raceSentences(decision.race) : omissions(input.design);
  return [...verdictSentences(input), basis(decision, input.design), ...told].join(" ");
}

function verdictSentences(input: ExplainInput): string[] {
  if (isBehindPrior(input.decision)) return priorSentences(input.decision);
  if (input.decision.ranks.length === 1 && input.decision.rank !== null) return lastInRace(input.decision);
  switch (input.decision.verdict) {
    case "adequate":
      return adequate(input);
    case "extend":
      return extend(input);
    case "indistinguishable":
      return indistinguishable(input);
    case "inconclusive":
      return inconclusive(input);
  }
}

/** One rank is left of a race. */
function lastInRace({ verdict, rank }: Omit<Decision, "explanation">): string[] {
  return verdict === "extend"
    ? [
        `The curve still rises at the largest rank tried: every smaller one fell behind. Take rank ${rank} for now and try ` +
          "larger ones.",
      ]
    : [`Take rank ${rank}: every other rank in the race fell behind.`];
}

function adequate({ decision, comparison, inPlay }: ExplainInput): string[] {
  const { metric, margin, ranks } = decision;
  const rank = decision.rank!;
  const index = ranks.findIndex((summary) => summary.rank === rank);
  const bound = ranks[index]!.shortfallBound!;
  const take = index === 0 ? `Take rank ${rank}` : `Take rank ${rank}, the smallest one certified`;
  return [
    bound > 0
      ? `${take}: at ${percent(decision)} confidence no other rank tried is better by more than ` +
        `${boundInUnit(bound, metric)}, which is within the margin of ${inUnit(margin, metric)}.`
      : `${take}: at ${percent(decision)} confidence no other rank tried is better.`,
    compared(decision, comparison, rank),
    ...smallerRanks(decision, comparison, inPlay, ranks.slice(0, index)),
  ];
}

/** Of the ranks below the recommended one: which are known to be worse, and which are merely not certified. */
function smallerRanks(
  { metric, margin }: Omit<Decision, "explanation">,
  comparison: Comparison,
  inPlay: readonly number[],
  smaller: readonly RankSummary[],
): string[] {
  const worse = smaller.filter(({ rank }) => !inPlay.includes(rank)).map(({ rank }) => rank);
  const open = smaller.filter(({ rank }) => inPlay.includes(rank));
  const sentences =
    worse.length > 0 ? [`${listed(worse)} ${plural(worse, "is", "are")} worse than others.`] : [];
  if (open.length === 0) return sentences;
  const ranks = open.map(({ rank }) => rank);
  const bound = Math.max(...open.map(({ shortfallBound }) => shortfallBound!));
  const needed = neededFor(comparison, ranks[0]!, inPlay, margin);
  return [
    ...sentences,
    `${listed(ranks)} may be as good: ${plural(ranks, "it is", "they are")} not shown to be worse, but the data cannot rule ` +
      `out that ${plural(ranks, "it lies", "they lie")} up to ${boundInUnit(bound, metric)} below another rank.`,
    ...(needed ? [`${designWords(needed)} would tell, if the ranks are equal.`] : []),
  ];
}

function plural(items: readonly unknown[], one: string, more: string): string {
  return items.length === 1 ? one : more;
}

function extend({ decision, comparison }: ExplainInput): string[] {
  const { metric, ranks } = decision;
  const rank = decision.rank!;
  const next = ranks.at(-2)!.rank;
  const { pair, mean } = pairOf(comparison.pairs, rank, next);
  return [
    `The curve still rises at the largest rank tried: r=${rank} is ${withError(mean, pair.halfWidth, metric)} ` +
      `better than r=${next}. Take rank ${rank} for now and try larger ones.`,
  ];
}

function indistinguishable({ decision, comparison, needed }: ExplainInput): string[] {
  const { metric, margin, ranks } = decision;
  const rank = decision.rank!;
  const bound = ranks[0]!.shortfallBound!;
  const sentences = [
    `The ranks are indistinguishable: take ${rank}. No difference between any two of them is supported at ` +
      `${percent(decision)} confidence.`,
    compared(decision, comparison, rank),
    `It cannot be excluded that another rank is better than r=${rank} by up to ${boundInUnit(bound, metric)}, ` +
      `which is more than the margin of ${inUnit(margin, metric)} but no more than twice that.`,
  ];
  if (needed) sentences.push(`${designWords(needed)} would be enough to certify it, if the ranks are equal.`);
  return sentences;
}

function inconclusive({ decision, comparison, inPlay, needed }: ExplainInput): string[] {
  const { metric, margin, ranks, seeds } = decision;
  if (ranks.length < 2)
    return ["Inconclusive: only one rank completed, so there is nothing to compare it with."];
  const sentences: string[] = [];
  if (seeds < 2) {
    sentences.push(
      "Inconclusive: one seed cannot show how much a rank varies from run to run, so nothing can be claimed; the " +
        "intervals cover the choice of examples alone.",
    );
    if (needed) sentences.push(`It takes at least ${lower(designWords(needed))}.`);
    return sentences;
  }
  const smallest = ranks[0]!;
  const whole = decision.race?.looks.some(({ dropped }) => dropped.length > 0)
    ? "ranks left in the race"
    : "ranks";
  if (inPlay.length === ranks.length) {
    return [
      `Inconclusive: no difference between any two ${whole} is supported at ${percent(decision)} confidence, but the ` +
        `intervals are too wide to call the ranks equal: another one may be better than r=${smallest.rank} by up to ` +
        `${boundInUnit(smallest.shortfallBound!, metric)}, where the margin is ${inUnit(margin, metric)}.`,
      compared(decision, comparison, smallest.rank),
      ...(needed ? [`${designWords(needed)} would settle it, if the ranks are equal.`] : []),
    ];
  }
  const worse = ranks.map((summary) => summary.rank).filter((rank) => !inPlay.includes(rank));
  sentences.push(
    `Inconclusive: ${listed(worse)} ${worse.length === 1 ? "is" : "are"} worse than others, but among ` +
      `${listed(inPlay)} none is certified within the margin of ${inUnit(margin, metric)}.`,
  );
  const lowest = inPlay[0]!;
  const other = lowest === decision.bestRank ? inPlay.at(-1)! : decision.bestRank!;
  if (other !== lowest)
    sentences.push(difference(decision, pairOf(comparison.pairs, lowest, other), lowest, other));
  if (needed) sentences.push(`${designWords(needed)} would settle it, if these ranks are equal.`);
  return sentences;
}

/** The recommended rank against the best one, or against the largest when it is the best itself. */
function compared(decision: Omit<Decision, "explanation">, comparison: Comparison, rank: number): string {
  const largest = decision.ranks.at(-1)!.rank;
  const others = decision.ranks.map((summary) => summary.rank).filter((other) => other !== rank);
  const other = rank !== decision.bestRank ? decision.bestRank! : rank !== largest ? largest : others.at(-1)!;
  return difference(decision, pairOf(comparison.pairs, rank, other), rank, other);
}

/** "r=4 is 0.2 ± 0.3 points below r=32 and its adapter is 8× smaller." */
function difference(
  { metric }: Pick<Decision, "metric">,
  { pair, mean }: { pair: PairComparison; mean: number },
  rank: number,
  other: number,
): string {
  const amount = withError(Math.abs(mean), pair.halfWidth, metric);
  const place = mean === 0 ? "from" : sideOf(mean, metric);
  return `r=${rank} is ${amount} ${place} r=${other} and ${size(rank, other)}.`;
}

function size(rank: number, other: number): string {
  if (rank === 0) return "it needs no adapter";
  if (other === 0) return "it needs an adapter";
  return rank < other
    ? `its adapter is ${times(other / rank)} smaller`
    : `its adapter is ${times(rank / other)} larger`;
}

function basis(decision: Omit<Decision, "explanation">, { failures }: PairedDesign): string {
  const design = `${counted(decision.seeds, "seed")} and ${counted(decision.examples, "example")}`;
  const claims = claimsInWords(decision);
  const sentence = `This rests on ${decision.seeds > 1 ? "paired runs with " : ""}${design}${claims}.`;
  if (failures.length === 0) return sentence;
  const seeds = [...new Set(failures.map((failure) => failure.seed))].sort((a, b) => a - b);
  const causes = failures.map(
    ({ rank, seed, status }) => `r=${rank} ${failureWords[status]} under seed ${seed}`,
  );
  return `${sentence} ${seeds.length === 1 ? "Seed" : "Seeds"} ${range(seeds)} ${
    seeds.length === 1 ? "is" : "are"
  } left out for every rank: ${causes.slice(0, 3).join(", ")}${causes.length > 3 ? ` and ${causes.length - 3} more` : ""}.`;
}

/** What each ± holds for. */
function claimsInWords(decision: Omit<Decision, "explanation">): string {
  if (isBehindPrior(decision)) {
    const isCompared = decision.classPrior?.source !== "agreement";
    return isCompared ? "; ± is over the examples and holds for all ranks at once" : "";
  }
  return decision.seeds > 1 && decision.ranks.length > 1 ? "; ± holds for all pairs of ranks at once" : "";
}

function omissions({ excluded }: PairedDesign): string[] {
  return excluded.map(({ rank, reason }) => `Rank ${rank} is left out: ${reason}.`);
}

function designWords({ examples, seeds }: { examples: number; seeds: number }): string {
  return `About ${counted(examples, "example")} and ${counted(seeds, "seed")}`;
}

function lower(text: string): string {
  return text[0]!.toLowerCase() + text.slice(1);
}

function percent({ confidence }: Pick<Decision, "confidence">): string {
  return `${Number((confidence * 100).toPrecision(6))}%`;
}
