import { counted } from "@lorank/core";
import { marginInUnit, percent, roughly, withError } from "../claims/amounts.ts";
import { type MetricName, metricOf } from "../schema/metric.ts";
import type { Interval } from "../schema/scalar-types.ts";
import type { ComparedSide, Comparison, Difference } from "./comparison-types.ts";

/** Basis on which examples of two results are taken to be the same. */
export type SameExamples =
  /** Digests of texts, labels and order agree, or names of examples. */
  | "same"
  /** Names and counts agree, and whatever labels are known. */
  | "by-name"
  | "different"
  /** Scores alone say nothing of their examples. */
  | "unknown";

/** Names of both sides as they are shown, such as `runs-a (rank 8)`. */
export type SideNames = readonly [first: string, second: string];

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
export function differenceInWords(
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
export function basisOfComparison(
  comparison: Comparison,
  examplesAre: SameExamples,
  compared = "rank",
): string {
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
