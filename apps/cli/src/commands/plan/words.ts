import { counted, listInWords, wholeNumber } from "@lorank/core";
import { boundInUnit, type Compared, comparedIn, inUnit, metricOf } from "@lorank/evidence/results";
import { moreWords } from "../../text.ts";
import type { Design, NoiseCase } from "./design.ts";

/** Headline such as "What 800 examples can show of 4 ranks, in points: 95 % confidence, power 0.8". */
export function headline(design: Design): string {
  const { ranks, examples, groups, metric, confidence, power } = design;
  const [, unit] = metricOf(metric).unit;
  const inGroups = groups === undefined ? "" : ` in ${counted(groups, "group")}`;
  return (
    `What ${counted(examples, "example")}${inGroups} can show of ${counted(ranks.length, comparedIn(design).one)}, in ${unit}, ` +
    `at ${percentInTwoDigits(confidence)} confidence with power ${power}`
  );
}

/** Suffix of a title on the assumed disagreement between ranks: " at 5 %". */
export function caseName({ source, disagreement }: NoiseCase): string {
  return source === "assumed" ? ` at ${percentInTwoDigits(disagreement!)}` : "";
}

export function noiseWords(
  cases: readonly NoiseCase[],
  path: string | undefined,
  { many } = comparedIn(),
): string {
  const [{ source, disagreement, variance: parts, groupSize = 1 }] = cases as [NoiseCase];
  const variance = parts.seed + parts.example + parts.residual;
  const shares = percentInTwoDigits(parts.seed / variance);
  if (path === undefined) {
    const inGroups =
      groupSize === 1
        ? ""
        : ` Groups are counted, as if ${many} did not differ from group to group: if they do, the intervals are wider.`;
    return (
      `Nothing has run yet, so it is assumed that two ${many} disagree on ${cases.map(({ disagreement }) => percentInTwoDigits(disagreement!)).join(", ")} of the examples under ` +
      `one seed, and that ${shares} of that noise comes from the seed.${inGroups} After a first seed, --results FOLDER takes what was observed.`
    );
  }
  const disagreed =
    disagreement === null
      ? `the difference of one example has a standard deviation of ${Math.sqrt(variance).toPrecision(2)}`
      : `two ${many} disagree on ${percentInTwoDigits(disagreement)} of the examples under one seed`;
  const observed = `Observed in ${path}: ${disagreed}.`;
  return source === "one-seed"
    ? `${observed} One seed does not show the noise between seeds: that it makes ${shares} of this noise is still assumed.`
    : `${observed} The noise between seeds is observed too, but roughly: three seeds show it within a factor of four.`;
}

export function oneSeedWords(design: Design): string {
  const { ranks } = design;
  const { many } = comparedIn(design);
  const pairs = (ranks.length * (ranks.length - 1)) / 2;
  return (
    `finds: the smallest difference between two ${many} that is detected${pairs > 1 ? ` among all ${pairs} pairs` : ""}. margin: the smallest margin ` +
    `to within which equal ${many} are certified. * Ignores the variance between seeds: with one seed a verdict claims nothing.`
  );
}

/**
 * Sentence on a design's needs. Before a run: "If ranks disagree on 5 %: 5 seeds show equal ranks to be within 3.1
 * points. The margin of 1 point needs …".
 */
export function canShowWords(design: Design, one: NoiseCase): string {
  const { seeds, examples } = design;
  const { many } = comparedIn(design);
  const margin = marginOf(design);
  const needs = waysToMargin(design, one).join(", or ");
  const { verdict } = one;
  if (verdict?.isSettled)
    return `The verdict on these runs (${verdict.kind}) is settled at the margin of ${margin}: it needs no more seeds or examples.`;
  if (verdict !== undefined)
    return `To be settled at the margin of ${margin}, the verdict on these runs (${verdict.kind}) needs ${needs}.`;
  const row = rowAt(seeds, one);
  const has = `With ${counted(examples, "example")} and ${counted(seeds, "seed")}`;
  const can = row.claims
    ? `${has} this sweep can certify equal ${many} to within ${boundOf(row, design)} ${conditionOf(one, many)}`
    : `${has} a verdict claims nothing, whatever the ${many} do, ${conditionOf(one, many)}`;
  return shows(row, design)
    ? `${can}, which is within the margin of ${margin}.`
    : `${can}; the margin of ${margin} needs ${needs}.`;
}

/** Short form of {@link canShowWords} for the line "shows", with the first way to reach the margin. */
export function showsWords(design: Design, one: NoiseCase): string {
  const row = rowAt(design.seeds, one);
  const { many } = comparedIn(design);
  if (one.verdict !== undefined || shows(row, design)) return `${canShowWords(design, one)} ${moreWords}`;
  const can = row.claims
    ? `equal ${many} to within ${boundOf(row, design)} ${conditionOf(one, many)}`
    : `nothing with ${counted(design.seeds, "seed")}, whatever the ${many} do`;
  const way = seedsWords(one)[0] ?? waysToMargin(design, one)[0]!;
  return `${can}; the margin of ${marginOf(design)} needs ${way}. ${moreWords}`;
}

type SeedsRow = NoiseCase["bySeeds"][number];

export function rowAt(seeds: number, { bySeeds }: NoiseCase): SeedsRow {
  return bySeeds.find((row) => row.seeds === seeds)!;
}

function shows({ claims, certifiableMargin }: SeedsRow, { margin }: Design): boolean {
  return claims && certifiableMargin <= margin;
}

function boundOf({ certifiableMargin }: SeedsRow, { metric }: Design): string {
  return boundInUnit(certifiableMargin, metric);
}

function marginOf({ margin, metric }: Design): string {
  return inUnit(margin, metric);
}

/** Ways to reach the margin, by more seeds or examples, the smallest change first; or why there are none. */
function waysToMargin({ seeds, limit }: Design, one: NoiseCase): string[] {
  const { needed } = one;
  if (one.source === "one-seed")
    return ["a number of seeds that one seed cannot tell: run three, then plan again"];
  if (needed.fewestOutcomes === null) return ["more than any design has"];
  const from = limit?.fromTraining ? ", taken from training" : "";
  const flag = (count: number): string =>
    limit === undefined ? "" : ` (--validation-examples ${count}${from})`;
  const { examplesOfThisDataWithTheseSeeds: examples, fewestOutcomesOfThisData: fewest } = needed;
  const ways = [
    ...seedsWords(one).map((words) => `${words} with these examples`),
    ...(examples === null
      ? []
      : [`${wholeNumber(examples)} examples with ${counted(seeds, "seed")}${flag(examples)}`]),
    // More examples are named only if they save seeds, and more seeds only if they save examples.
    ...(fewest === null ||
    fewest.seeds >= (needed.seedsWithTheseExamples ?? Infinity) ||
    fewest.examples >= (examples ?? Infinity)
      ? []
      : [`${fewestWords(fewest)}${flag(fewest.examples)}`]),
  ];
  if (ways.length > 0) return ways;
  const half = limit!.fromTraining ? " and leave training half" : "";
  return [
    `more data than you have, at any number of seeds: they give at most ${counted(limit!.examples, "example")} to compare on${half}`,
  ];
}

/** Seeds in words: "about 9 to 34 seeds", the lower number for small noise between seeds. Empty if unknown. */
function seedsWords({ needed }: NoiseCase): string[] {
  const { seedsWithTheseExamples: seeds, leastSeedsWithTheseExamples: least } = needed;
  return seeds === null ? [] : [`about ${least === null ? "" : `${least} to `}${counted(seeds, "seed")}`];
}

export function fewestWords(design: NoiseCase["needed"]["fewestOutcomes"]): string {
  if (design === null) return "none";
  return `${counted(design.examples, "example")} and ${counted(design.seeds, "seed")}`;
}

/** Row name for a noise case: "if ranks disagree on 5 %", "as observed". */
export function disagreementName({ source, disagreement }: NoiseCase, many: Compared["many"]): string {
  return source === "assumed" ? `if ${many} disagree on ${percentInTwoDigits(disagreement!)}` : "as observed";
}

function conditionOf(one: NoiseCase, many: Compared["many"]): string {
  return one.source === "assumed"
    ? `${disagreementName(one, many)} of the examples`
    : "with the noise observed";
}

export function needWords(design: Design, cases: readonly NoiseCase[]): string | undefined {
  const { seeds, examples, limit } = design;
  const { many } = comparedIn(design);
  const reaches = cases.some((one) =>
    one.verdict === undefined
      ? shows(rowAt(seeds, one), design)
      : (one.needed.seedsWithTheseExamples ?? Infinity) <= seeds,
  );
  if (reaches) return undefined;
  const ways = [
    "a wider --margin",
    ...(cases.some(({ source, needed }) => source === "one-seed" || needed.seedsWithTheseExamples !== null)
      ? ["more --seeds"]
      : []),
    ...(limit === undefined
      ? ["more examples"]
      : limit.examples > examples
        ? [
            `more --validation-examples (up to ${wholeNumber(limit.examples)}${limit.fromTraining ? ", taken from training" : ""})`,
          ]
        : []),
  ];
  return (
    `${counted(examples, "example")} and ${counted(seeds, "seed")} cannot certify equal ${many} to within the margin of ${marginOf(design)}: expect the verdict ` +
    `"inconclusive", "provisional" or "indistinguishable" unless the ${many} differ by more. Take ${listInWords(ways, "or")}.`
  );
}

/** Sentence on log loss and token shares before a first run, and the commands for it. */
export function nothingKnownWords(design: Design, firstSeed: readonly string[]): string {
  const { metric } = design;
  const { one, many } = comparedIn(design);
  return (
    `What this data set can show is unknown before a first run: how far the ${metricOf(metric).exampleValues} of two ${many} differ on one example ` +
    `has no usual size. Run every ${one} under one seed, then plan with what was observed ` +
    (firstSeed.length === 0 ? "(--results)." : ["there:", ...firstSeed].join("\n  "))
  );
}

/** Percentage with two digits and a non-breaking space: 0.05 → "5 %", 0.0276 → "2.8 %". */
function percentInTwoDigits(share: number): string {
  return `${Number((100 * share).toPrecision(2))}\u00a0%`;
}
