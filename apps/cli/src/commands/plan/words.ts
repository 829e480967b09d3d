import { counted, listInWords, wholeNumber } from "@lorank/core";
import { boundInUnit, inUnit, isSettled, metricOf } from "@lorank/evidence/results";
import { moreWords } from "../../text.ts";
import type { Design, NoiseCase, Runs } from "./design.ts";

/** "What 800 examples can show of 4 ranks, in points: 95 % confidence, power 0.8". */
export function headline({ ranks, examples, groups, metric, confidence, power }: Design): string {
  const [, unit] = metricOf(metric).unit;
  const inGroups = groups === undefined ? "" : ` in ${counted(groups, "group")}`;
  return (
    `What ${counted(examples, "example")}${inGroups} can show of ${counted(ranks.length, "rank")}, in ${unit}, ` +
    `at ${percentInTwoDigits(confidence)} confidence with power ${power}`
  );
}

/** ", 5 %" in a title where there are several cases. */
export function caseName({ source, disagreement }: NoiseCase): string {
  return source === "assumed" ? ` at ${percentInTwoDigits(disagreement!)}` : "";
}

/** Sentence on where the noise comes from. */
export function noiseWords(cases: readonly NoiseCase[], runs: Runs | undefined): string {
  const [{ source, disagreement, noise }] = cases as [NoiseCase];
  const { seed, example, residual } = noise.components;
  const variance = seed + example + residual;
  const shares = percentInTwoDigits(seed / variance);
  if (runs === undefined) {
    return (
      `Nothing has run yet, so it is assumed that two ranks disagree on ${cases.map(({ disagreement }) => percentInTwoDigits(disagreement!)).join(", ")} of the examples under ` +
      `one seed, and that ${shares} of that noise comes from the seed.${groupWords(cases)} After a first seed, --results FOLDER takes what was observed.`
    );
  }
  const disagreed =
    disagreement === undefined
      ? `the difference of one example has a standard deviation of ${Math.sqrt(variance).toPrecision(2)}`
      : `two ranks disagree on ${percentInTwoDigits(disagreement)} of the examples under one seed`;
  const observed = `Observed in ${runs.path}: ${disagreed}.`;
  return source === "one-seed"
    ? `${observed} One seed does not show the noise between seeds: that it makes ${shares} of this noise is still assumed.`
    : `${observed} The noise between seeds is observed too, but roughly: three seeds show it within a factor of four.`;
}

/** Sentence on groups before a run. */
function groupWords([one]: readonly NoiseCase[]): string {
  const { groupSize = 1 } = one?.noise ?? {};
  if (groupSize === 1) return "";
  return " Groups are counted, as if ranks did not differ from group to group: if they do, the intervals are wider.";
}

export function oneSeedWords({ ranks }: Design): string {
  const pairs = (ranks.length * (ranks.length - 1)) / 2;
  return (
    `finds: the smallest difference between two ranks that is shown${pairs > 1 ? ` among all ${pairs} pairs` : ""}. margin: the smallest margin ` +
    "within which a rank that equals the others is shown to be. * Ignores the variance between seeds: with one seed a verdict claims nothing."
  );
}

/** Sentence on what observed runs need for their verdict. Without them: "If ranks disagree on 5 %: 5 seeds show equal ranks to be within 3.1 points. The margin of 1 point needs …". */
export function canShowWords(design: Design, one: NoiseCase): string {
  const { seeds, examples, metric, margin } = design;
  const { decision } = one;
  if (decision !== undefined) {
    const within = `at the margin of ${inUnit(margin, metric)}`;
    return isSettled(decision)
      ? `The verdict on these runs (${decision.verdict}) is settled ${within}: it needs no more seeds or examples.`
      : `To be settled ${within}, the verdict on these runs (${decision.verdict}) needs ${needs(design, one)}.`;
  }
  const row = one.preview.rows.find((candidate) => candidate.seeds === seeds)!;
  const has = `With ${counted(examples, "example")} and ${counted(seeds, "seed")}`;
  const can = row.claims
    ? `${has} this sweep can show a rank that equals the others to be within ${boundInUnit(row.certifiableMargin, metric)} of them ${disagreementName(one)}`
    : `${has} a verdict claims nothing, whatever the ranks do, ${disagreementName(one)}`;
  if (row.claims && row.certifiableMargin <= margin)
    return `${can}, which is within the margin of ${inUnit(margin, metric)}.`;
  return `${can}; the margin of ${inUnit(margin, metric)} needs ${needs(design, one)}.`;
}

/** The same in as few words as a line with the title "shows" needs, and of the ways to reach the margin the first. */
export function showsWords(design: Design, one: NoiseCase): string {
  const { seeds, metric, margin } = design;
  const row = one.preview.rows.find((candidate) => candidate.seeds === seeds)!;
  if (one.decision !== undefined || (row.claims && row.certifiableMargin <= margin))
    return `${canShowWords(design, one)} ${moreWords}`;
  const can = row.claims
    ? `equal ranks to be within ${boundInUnit(row.certifiableMargin, metric)} ${disagreementName(one)}`
    : `nothing with ${counted(seeds, "seed")}, whatever the ranks do`;
  const { needs } = one.preview;
  const way =
    needs.seeds === undefined ? waysToMargin(design, one)[0]! : `about ${seedsWords(needs, needs.seeds)}`;
  return `${can}; the margin of ${inUnit(margin, metric)} needs ${way}. ${moreWords}`;
}

function needs(design: Design, one: NoiseCase): string {
  return waysToMargin(design, one).join(", or ");
}

/** Designs that reach the margin, the one that changes least first; or in one sentence that none does. */
function waysToMargin({ seeds, limit }: Design, { source, preview, within }: NoiseCase): string[] {
  if (source === "one-seed")
    return ["a number of seeds that one seed cannot tell: run three, then plan again"];
  if (preview.needs.design === undefined) return ["more than any design has"];
  const { needs } = preview;
  const from = limit?.fromTraining ? ", taken from training" : "";
  const flag = (count: number): string =>
    limit === undefined ? "" : ` (--validation-examples ${count}${from})`;
  const ways = [
    ...(needs.seeds === undefined ? [] : [`about ${seedsWords(needs, needs.seeds)} with these examples`]),
    ...(within.examples === undefined
      ? []
      : [`${wholeNumber(within.examples)} examples with ${counted(seeds, "seed")}${flag(within.examples)}`]),
    // More examples are worth naming where they save seeds, and more seeds where they save examples.
    ...(within.design === undefined ||
    within.design.seeds >= (needs.seeds ?? Infinity) ||
    within.design.examples >= (within.examples ?? Infinity)
      ? []
      : [`${fewestWords(within.design)}${flag(within.design.examples)}`]),
  ];
  if (ways.length > 0) return ways;
  const half = limit!.fromTraining ? " and leave training half" : "";
  return [
    `more data than you have, at any number of seeds: they give at most ${counted(limit!.examples, "example")} to compare on${half}`,
  ];
}

/** "9 to 34 seeds": the fewer would do if the noise between seeds is small. */
function seedsWords({ leastSeeds }: NoiseCase["preview"]["needs"], seeds: number): string {
  return `${leastSeeds === undefined ? "" : `${leastSeeds} to `}${counted(seeds, "seed")}`;
}

/** "930 examples and 34 seeds". */
export function fewestWords(design: NoiseCase["preview"]["needs"]["design"]): string {
  if (design === undefined) return "none";
  return `${counted(design.examples, "example")} and ${counted(design.seeds, "seed")}`;
}

/** A row's name: "if ranks disagree on 5 %", "as observed". */
export function disagreementName({ source, disagreement }: NoiseCase): string {
  return source === "assumed" ? `if ranks disagree on ${percentInTwoDigits(disagreement!)}` : "as observed";
}

/** Sentence on a design that does not reach the margin in any case. */
export function needWords(
  { seeds, examples, limit, margin, metric }: Design,
  cases: readonly NoiseCase[],
): string | undefined {
  const reaches = cases.some(({ preview, decision }) =>
    decision === undefined
      ? preview.rows.some((row) => row.seeds === seeds && row.claims && row.certifiableMargin <= margin)
      : (preview.needs.seeds ?? Infinity) <= seeds,
  );
  if (reaches) return undefined;
  const ways = [
    "a wider --margin",
    ...(cases.some(({ source, preview }) => source === "one-seed" || preview.needs.seeds !== undefined)
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
    `${counted(examples, "example")} and ${counted(seeds, "seed")} are not enough to show equal ranks to be within the margin of ${inUnit(margin, metric)}: expect the verdict ` +
    `"inconclusive", "provisional" or "indistinguishable" unless the ranks differ by more. Take ${listInWords(ways, "or")}.`
  );
}

/** Sentence on log loss and shares of tokens before a first run. Below it are the commands that learn from one, if any. */
export function nothingKnownWords({ metric }: Design, firstSeed: readonly string[]): string {
  return (
    `What this data set can show is unknown before a first run: how far the ${metricOf(metric).exampleValues} of two ranks differ on one example ` +
    "has no usual size. Run every rank under one seed, then plan with what was observed " +
    (firstSeed.length === 0 ? "(--results)." : ["there:", ...firstSeed].join("\n  "))
  );
}

/** 0.05 becomes "5 %", 0.0276 "2.8 %"; a line does not break in it. */
function percentInTwoDigits(share: number): string {
  return `${Number((100 * share).toPrecision(2))}\u00a0%`;
}
