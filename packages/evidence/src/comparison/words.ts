import { counted, wholeNumber } from "@lorank/core";
import { marginInUnit, percent, roughly, withError } from "../claims/amounts.ts";
import { comparedIn } from "../claims/compared.ts";
import type { OfAxis } from "../schema/arm-types.ts";
import { type MetricName, metricOf } from "../schema/metric.ts";
import type { Interval } from "../schema/scalar-types.ts";
import type {
  ComparedSide,
  Comparison,
  Difference,
  SameExamples,
  WholeComparison,
} from "./comparison-types.ts";

/** Names of both sides as they are shown, such as `runs-a (rank 8)`. */
export type SideNames = readonly [first: string, second: string];

/** Comparison in sentences, for terminals, documents and pages. */
export interface ComparisonWords {
  readonly names: SideNames;
  readonly answer: string;
  /** Runs, examples and choices behind the answer; absent where nothing is compared. */
  readonly basis?: string;
  /** Runs and examples that would settle an open comparison. */
  readonly settles?: string;
  /** Answer on test examples. */
  readonly test?: string;
  /** Difference at each rank that both have, in the order of `each`, below a heading. */
  readonly each?: { readonly heading: string; readonly answers: readonly string[] };
}

/** Words of a comparison of ranks, or of the arms of an axis. */
export function comparisonWords(whole: WholeComparison, ofAxis?: OfAxis): ComparisonWords {
  const { first, second, metric, margin, confidence, examplesAre, test, each = [], copies } = whole;
  const { name, by } = comparedIn(ofAxis);
  const at = (side: ComparedSide, rank = side.rank): string =>
    rank === undefined ? side.name : `${side.name} (${name(rank)})`;
  const names = [at(first), at(second)] as const;
  const settles = settlesInWords(whole);
  const ofTest =
    test && `On ${counted(test.examples.count ?? 0, "test example")}, by which nothing was chosen:`;
  const answers = each.map((one) =>
    differenceInWords({ ...one, metric, margin }, [at(first, one.rank), at(second, one.rank)]),
  );
  const heading = `Each ${by} of both, at ${percent(confidence)} confidence for all at once`;
  return {
    ...{ names, answer: comparisonInWords(whole, names) },
    ...(copies ? {} : { basis: basisInWords(whole, examplesAre, by) }),
    ...(settles && { settles }),
    ...(test && { test: `${ofTest} ${comparisonInWords(test, names)}` }),
    ...(each.length > 0 && { each: { heading, answers } }),
  };
}

/** Comparison in a sentence. */
export function comparisonInWords(
  { copies, seeds, ...difference }: Comparison,
  [first, second]: SideNames,
): string {
  if (copies) return `The runs of ${first} and ${second} are copies of each other, so nothing is compared.`;
  if (seeds.count < 2)
    return `One run cannot show how much a result varies, so nothing can be claimed of ${first} and ${second}.`;
  return differenceInWords(difference, [first, second]);
}

/** Difference between two sides in a sentence. */
function differenceInWords(
  { result, advantage, interval, metric, margin }: Difference & Pick<Comparison, "metric" | "margin">,
  [first, second]: SideNames,
): string {
  const [low, high] = interval;
  const amount = withError(Math.abs(advantage), (high - low) / 2, metric);
  const [ahead, behind] = advantage < 0 ? [second, first] : [first, second];
  switch (result) {
    case "first-better":
    case "second-better":
      return `${ahead} is better than ${behind}, by ${amount}.`;
    case "alike":
      return `${first} and ${second} are alike: they differ by ${amount}, within the margin of ${marginInUnit(margin, metric)}.`;
    case "open":
      if (advantage === 0)
        return `A difference is neither shown nor ruled out: the means of ${first} and ${second} are equal, ± ${marginInUnit((high - low) / 2, metric)}.`;
      if (isUnbounded(interval, metric))
        return `These runs are too few to bound the difference: ${ahead} is ahead of ${behind} by ${roughly(Math.abs(advantage), metric)}.`;
      return `A difference is neither shown nor ruled out: ${ahead} is ahead of ${behind} by ${amount}.`;
  }
}

/** True if the interval covers all differences that the metric allows. */
function isUnbounded([low, high]: Interval, metric: MetricName): boolean {
  const [least, most] = metricOf(metric).range;
  return low <= least - most && high >= most - least;
}

/** Runs, examples and choices behind a comparison, in sentences. `compared`: what was chosen, such as `rank`. */
function basisInWords(comparison: Comparison, examplesAre: SameExamples, compared: string): string {
  const { seeds, examples, confidence, first, second } = comparison;
  const { count } = examples;
  const runs =
    seeds.are === "paired"
      ? `${counted(seeds.count, "seed")} that both have`
      : `${first.runs} and ${counted(second.runs, "run")} as separate samples`;
  const amount = examples.are === "separate" ? "at least " : "";
  const on = count === undefined ? "" : ` and on ${amount}${counted(count, "example")}${amount && " each"}`;
  const byExample = examples.are === "paired" ? ", compared one by one" : "";
  return [
    `This rests on ${runs}${on}${byExample}, at ${percent(confidence)} confidence.`,
    ...choiceInWords([first, second], compared),
    examplesInWords[examplesAre],
    ...(examples.are === "shared" && count === undefined
      ? ["How far the choice of examples matters cannot be seen in scores."]
      : []),
  ].join(" ");
}

const examplesInWords: Readonly<Record<SameExamples, string>> = {
  same: "Both were evaluated on the same examples.",
  "by-name": "The examples agree in names and counts; whether their texts do cannot be known.",
  different: "The examples differ, so they are separate samples, too.",
  unknown: "Both are taken to be of the same examples.",
};

/** Choice of what was compared, by the examples that compare it; empty without a choice. */
function choiceInWords(sides: readonly [ComparedSide, ComparedSide], compared: string): string[] {
  const [first, second] = sides.map(({ chosenFrom }) => chosenFrom) as [number, number];
  const chosen = sides.filter(({ chosenFrom }) => chosenFrom > 1);
  if (chosen.length === 0) return [];
  const who =
    chosen.length === 1
      ? `The ${compared} of ${chosen[0]!.name} was chosen from ${chosen[0]!.chosenFrom}`
      : first === second
        ? `Each ${compared} was chosen from ${first}`
        : `They were chosen from ${first} and ${second}`;
  return [`${who} on these examples; the interval allows for that.`];
}

/**
 * Runs and examples that would settle an open comparison whose means stay where they are; undefined for any other.
 *
 * With k times the runs and examples the interval is narrower by √k or more. Each part of its variance falls by k at
 * least, and Student's quantile does not grow.
 */
function settlesInWords(comparison: Comparison): string | undefined {
  const { result, advantage, interval, metric, margin, seeds, examples, copies } = comparison;
  if (copies || result !== "open") return undefined;
  if (seeds.count < 2) return "It takes two runs of each to see noise; three or more bound it far better.";
  if (isUnbounded(interval, metric)) return "More runs of each would bound it.";
  const [low, high] = interval;
  // One end may be cut at the metric's range.
  const halfWidth = Math.max(advantage - low, high - advantage);
  const enough = Math.max(Math.abs(advantage), margin - Math.abs(advantage));
  // Noise of examples that is assumed from the spread of scores need not fall with more of them.
  const isAssumed = examples.are === "shared" && examples.count !== undefined;
  const more = isAssumed
    ? "More runs on more examples"
    : `At most about ${moreInWords(comparison, (halfWidth / enough) ** 2)}`;
  const [now, then] = [halfWidth, enough].map((half) => `± ${roughly(half, metric)}`);
  const narrower = now === then ? "" : ` The interval must narrow from ${now} to ${then}.`;
  return `${more} would settle it, if both means stay where they are.${narrower}`;
}

/** Whole number of at least a value, in two digits: 1,046 becomes 1,100. */
function roundedUp(value: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1);
  return unit * Math.ceil(value / unit - 1e-9);
}

/** Runs and examples times a factor, with those of now: "11 runs of each (now 3) on 2,100 examples (now 600)". */
function moreInWords({ seeds, examples, first, second }: Comparison, factor: number): string {
  const more = (count: number): number => roundedUp(factor * count);
  const ofFew = (count: number, one: string): string =>
    `${counted(more(count), one)} (now ${wholeNumber(count)})`;
  const runs =
    seeds.are === "paired"
      ? ofFew(seeds.count, "seed")
      : first.runs === second.runs
        ? `${counted(more(first.runs), "run")} of each (now ${first.runs})`
        : `${more(first.runs)} and ${counted(more(second.runs), "run")} (now ${first.runs} and ${second.runs})`;
  return examples.count === undefined ? runs : `${runs} on ${ofFew(examples.count, "example")}`;
}
