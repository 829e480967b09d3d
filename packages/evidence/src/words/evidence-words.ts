import { counted, firstOf, listInWords } from "@lorank/core";
import {
  apart,
  marginInUnit,
  percent,
  plural,
  range,
  roughly,
  scored,
  times,
  withError,
} from "../claims/amounts.ts";
import type { ClaimOf, SharedClaim, Words } from "../claims/claim.ts";
import type { Compared } from "../claims/compared-types.ts";
import { failureWords } from "../claims/failure-words.ts";
import { armName } from "../schema/arm-axis.ts";
import { figure, metricOf } from "../schema/metric.ts";
import { normalQuantile } from "../statistics/normal.ts";

export const evidenceWords: Words<Extract<SharedClaim, { readonly topic: "evidence" | "basis" }>> = {
  difference: ({ rank, than, difference, interval, metric }, compared) =>
    `${compared.atStart(rank)} is ${apart(difference, interval, metric)} ${compared.name(than)}${size(rank, than, compared)}.`,
  worse: ({ ranks }, { listAtStart }) =>
    `${listAtStart(ranks)} ${plural(ranks, "is", "are")} worse than others.`,
  "arm-order"({ costs, equal, within, margin, metric }, { list, name }) {
    if (costs !== undefined)
      return equal.length === 0
        ? `Cheaper is by ${costs}.`
        : `Cheaper is by ${costs}, in which ${list(equal)} are equal: ${name(equal[0]!)} is named first.`;
    const also =
      within.length < 2
        ? ""
        : `No other arm is better than ${listInWords(within.map(name), "or")} by more than ${marginInUnit(margin, metric)}. `;
    return `${also}Costs are unknown, so no arm is called cheaper; in a table --cost names their column.`;
  },
  "chosen-rows"({ where = [], averageOver }) {
    const chosen = where.map(({ column, values }) => `${column} ${values.join(" or ")}`);
    const { column, values = [] } = averageOver ?? {};
    const over =
      values.length > 8 ? `the ${values.length} values of ${column}` : `${column}: ${range(values)}`;
    return [
      ...(chosen.length > 0 ? [`Only rows with ${range(chosen)} count.`] : []),
      ...(column === undefined ? [] : [`Scores are means over ${over}.`]),
    ].join(" ");
  },
  // Figures from tinker-cookbook's runs: docs/checked/published-sweeps.md.
  "one-rate": ({ rate }, { one }) =>
    one === "arm"
      ? `All arms were trained at one learning rate, ${rate}, which was not tuned: another may suit some of them better.`
      : `All ranks were trained at one learning rate, ${rate}, which was not tuned. Of 119 published sweeps at one rate, 38 name ` +
        "another rank than the tuned sweep does, 11 of them by a tie; lorank sweep with --robustness tries other rates.",
  "gain-until"({ rank, than, difference, interval: [low, high], metric, isLast }) {
    const step = than > 0 && rank === 2 * than ? "doubling" : "step";
    const gain = withError(difference, (high - low) / 2, metric);
    return (
      `The last ${step} that paid leads from rank ${than} to rank ${rank}: a gain of ${gain}.` +
      (isLast ? " It is the last one tried, so the next may pay too." : "")
    );
  },
  "untouched-base"({ rank, scores, margin }, { atStart }) {
    const values = (of: "base" | "rank"): string =>
      range(
        scores.map(({ metric, [of]: score }) => {
          const { oneOf, suffix } = metricOf(metric);
          const value = figure(score, metricOf(metric)) + suffix;
          return of === "base" ? `${oneOf} of ${value}` : value;
        }),
      );
    const [{ metric, base, rank: own }] = scores as [(typeof scores)[0]];
    const gain = metricOf(metric).sign * (own - base);
    const within = marginInUnit(margin, metric);
    const beside =
      gain > margin
        ? `the margin of ${within} is ${Number(((100 * margin) / gain).toPrecision(2))}% of that gain`
        : gain > 0
          ? `that gain is within the margin of ${within}`
          : "that is no gain";
    return `Without an adapter the base has ${values("base")}. ${atStart(rank)} has ${values("rank")}: ${beside}.`;
  },
  "test-score"(claim, compared) {
    const { rank, seeds, examples, metric, validation } = claim;
    const before = scored(validation.mean, validation.interval, metric);
    return (
      `On ${counted(examples, "test example")}, which nothing was chosen by, ${compared.name(rank)} has ${testScore(claim)} over ` +
      `${counted(seeds, "seed")}; on the validation examples it has ${before}.${scoredToo(claim, compared)}`
    );
  },
  "no-test-score"({ examples, rank, scored: other }, { one, name, atStart }) {
    const them = counted(examples, "test example");
    if (rank === null)
      return other === undefined
        ? `The verdict recommends no ${one}, so nothing was scored on the ${them}: they are still unseen.`
        : `The verdict recommends no ${one}; the ${them} were scored for ${name(other)}, which was recommended otherwise.`;
    if (other === undefined)
      return rank === 0
        ? `Rank 0 has no adapter, so nothing was scored on the ${them}.`
        : `${atStart(rank)} was not scored on the ${them}.`;
    return (
      `The ${them} were scored for ${name(other)}, not for ${name(rank)}: these are not the settings that the sweep was decided ` +
      "with."
    );
  },
  basis: (claim, compared) => runsBehind(claim, compared, intervalsHold(claim, compared)),
  "left-out-examples": ({ examples }) =>
    `The judge left ${counted(examples, "more example")} out of a run, so ${examples === 1 ? "it is" : "they are"} left out of all.`,
  "score-basis": (claim, compared) => scoresBehind(claim, compared, intervalsHold(claim, compared)),
};

/** Test score in words: "an accuracy of 93.7% [91.8–95.6%]". */
export function testScore({ metric, score }: ClaimOf<"test-score">): string {
  return `${metricOf(metric).oneOf} of ${scored(score.mean, score.interval, metric)}`;
}

/** Warns about ranks scored on the same test examples; empty without any. */
export function scoredToo(
  { otherRanks, formerArms = [] }: ClaimOf<"test-score">,
  { name, listAtStart }: Compared,
): string {
  const arms = formerArms.map((_, index) => armName({ names: formerArms }, index + 1));
  const others = [...otherRanks.map(name), ...arms];
  if (others.length === 0) return "";
  const were = plural(others, "was", "were");
  const list = arms.length > 0 ? range(others) : listAtStart(otherRanks);
  return ` ${list} ${were} scored here too, so this set is no longer fully held out.`;
}

/** Runs behind a verdict; `intervals` ends the sentence. */
export function runsBehind(
  { seeds, mostRuns, isApart, examples }: ClaimOf<"basis">,
  { oneOf }: Compared,
  intervals: string,
): string {
  const runs = isApart
    ? `${runsOf(oneOf, seeds, mostRuns)}, compared as separate samples since no seeds are shared,`
    : `${seeds > 1 ? "paired runs with " : ""}${counted(seeds, "seed")}`;
  return `This rests on ${runs} and ${counted(examples, "example")}${intervals}`;
}

/** Scores behind a verdict, and their limits; `intervals` ends the first sentence. */
export function scoresBehind(
  { runs, seeds, mostRuns, examples, pairing, rates, exampleNoise, metric }: ClaimOf<"score-basis">,
  { one, many, oneOf, name }: Compared,
  intervals: string,
): string {
  const how = {
    all: "compared seed by seed",
    some: `compared seed by seed where ${many} share seeds`,
    none: "compared as separate samples, since seeds differ or are unknown",
  }[pairing];
  const compared = seeds > 1 ? `, ${how}` : "";
  const start = `This rests on one score of each of ${counted(runs, "run")} (${runsOf(oneOf, seeds, mostRuns)}${compared})`;
  const best = rates?.map(({ rank, rate }) => `${name(rank)}: ${rate}`).join(", ");
  const chosen =
    best === undefined
      ? ""
      : ` Each ${one} is at its best learning rate (${best}); that it was chosen is counted.`;
  const cure = "A row for each example (example, correct) would show it.";
  if (exampleNoise === undefined)
    return (
      `${start}${intervals}${chosen} It speaks of this evaluation set alone: how far the choice of its ` +
      `examples matters cannot be seen in scores. ${cure}`
    );
  const plusMinus = (error: number): string => `± ${roughly(-normalQuantile(0.025) * error, metric)}`;
  return (
    `${start} on ${counted(examples, "example")}${intervals}${chosen} Scores do not pair examples. If ${many} differ on them ` +
    `as in measured sweeps, their choice adds ${plusMinus(exampleNoise.assumed)} to a difference, which is included; if each ${one} had ` +
    `examples of its own, up to ${plusMinus(exampleNoise.independent)}. ${cure}`
  );
}

type Intervals = Pick<ClaimOf<"basis">, "confidence" | "holdsFor">;

function intervalsHold({ confidence, holdsFor }: Intervals, { one, many }: Compared): string {
  if (holdsFor === "none") return ".";
  const scope = holdsFor === "pairs" ? `for all pairs of ${many}` : `over the examples for all ${many}`;
  return `; ${percent(confidence)} intervals are in brackets for one ${one}, as ± ${scope} at once.`;
}

/** Sentence ending, for readers who know the intervals. */
export function atConfidence({ confidence, holdsFor }: Intervals): string {
  return holdsFor === "none" ? "." : `, at ${percent(confidence)} confidence.`;
}

/** Size of a rank's adapter beside another's, or an arm's cost; empty without costs. */
function size(rank: number, other: number, { one, cost }: Compared): string {
  if (one === "arm") {
    const [own, than] = [cost?.values[rank - 1], cost?.values[other - 1]];
    if (own === undefined || than === undefined || own <= 0 || than <= 0) return "";
    if (own === than) return ", and it costs the same";
    return own < than
      ? `, and it costs ${times(than / own)} less`
      : `, and it costs ${times(own / than)} more`;
  }
  if (rank === 0) return ", and it needs no adapter";
  if (other === 0) return ", and it needs an adapter";
  return rank < other
    ? `, and its adapter is ${times(other / rank)} smaller`
    : `, and its adapter is ${times(rank / other)} larger`;
}

export const cautionWords: Words<Extract<SharedClaim, { readonly topic: "caution" }>> = {
  "earlier-rule": ({ verdict, rank }, { name }) =>
    `This verdict was ${verdict}${rank === null ? "" : ` for ${name(rank)}`} by an earlier rule, with which it was stored.`,
  "starter-alone": (_, { one }) =>
    `This holds for the starter, a model of 2.4 million parameters. Another base may need another ${one}.`,
  "failed-runs"({ planned, diverged, outOfMemory, missing, ranks, seeds }, { one, list }) {
    const parts = [
      ...(diverged > 0 ? [`${diverged} diverged`] : []),
      ...(outOfMemory > 0 ? [`${outOfMemory} ran out of memory`] : []),
      ...(missing > 0 ? [`${missing} left no result`] : []),
    ];
    const failed = `Of ${counted(planned, "planned run")}, ${range(parts)} (${list(ranks)}).`;
    if (seeds === 0) return failed; // nothing was compared
    return `${failed} Means and intervals rest on the ${counted(seeds, "seed")} that every compared ${one} completed.`;
  },
  "left-out-seeds"({ seeds, failures }, { one, name }) {
    const causes = failures.map(
      ({ rank, seed, status }) => `${name(rank)} ${failureWords[status]} under seed ${seed}`,
    );
    return (
      `${plural(seeds, "Seed", "Seeds")} ${range(seeds)} ${plural(seeds, "is", "are")} left out for every ${one}: ` +
      `${firstOf(causes, 3)}.`
    );
  },
  excluded: ({ rank, reason }, { atStart }) => `${atStart(rank)} is not compared: ${reason}.`,
  "step-size": (claim) => stepSize(claim, measuredSteps),
  "few-steps": ({ steps }) =>
    `Training took ${counted(steps, "step")}: too few to tell whether the loss had stopped falling.`,
  "selection-inflation": ({ ranks, inflation, bestRank, metric }, { one, name }) =>
    `If these ${counted(ranks, one)} were truly equal, the best of them would still look ${roughly(inflation, metric)} ` +
    `better than it is, because it was chosen on the same examples. Up to about so much may flatter ${name(bestRank)}; a ` +
    "score on test examples is free of it.",
};

const measuredSteps =
  " Measured for ranks 1 to 64, the first step lowered the loss by 0.15 to 8.60 times as much as that of rank 8 under alpha = " +
  "rank, and by 0.89 to 1.01 times as much at a fixed alpha.";

/** Step size difference between ranks; `measured` ends the words on an alpha that follows the rank. */
export function stepSize(
  { rule, smallest, largest, ratio, alphaPerRank = 1 }: ClaimOf<"step-size">,
  measured = "",
): string {
  const first = `the first step of rank ${largest} is about ${digits(ratio)} times that of rank ${smallest}`;
  switch (rule) {
    case "alpha-follows-rank": {
      const alpha = alphaPerRank === 1 ? "alpha = rank" : `alpha = ${digits(alphaPerRank)} × rank`;
      return (
        `This sweep was run with ${alpha}. At one learning rate the update then grows with the rank: ${first}. A rank that ` +
        `looks better may only have taken larger steps; a sweep with a fixed alpha tells the two apart.${measured}`
      );
    }
    case "rslora":
      return (
        "This sweep was run with rsLoRA at a fixed alpha. Its scaling is alpha / √rank, so the update grows with √rank: " +
        `${first}. A part of a difference between ranks may be step size.`
      );
    case "other":
      return (
        `Step sizes differ between the ranks of this sweep: by alpha and scaling, ${first}. A part of a difference between ` +
        "ranks may be step size; a sweep with one alpha tells the two apart."
      );
  }
}

function digits(ratio: number): string {
  return String(Number(ratio.toPrecision(3)));
}

/** Runs in words: "3 runs a rank", "2 to 5 runs an arm". */
function runsOf(oneOf: Compared["oneOf"], fewest: number, most: number): string {
  const runs = most > fewest ? `${fewest} to ${most} runs` : counted(fewest, "run");
  return `${runs} ${oneOf}`;
}
