import { percent, roughly, withInterval } from "../../claims/amounts.ts";
import { type ClaimIn, claimsWith, type SharedClaim } from "../../claims/claim.ts";
import type { Compared } from "../../claims/compared-types.ts";
import type { BestAndLast, PointsFinding, RankFall } from "../../schema/checks/points.ts";
import type { Decided } from "../../schema/decision-types.ts";
import { figure, type MetricName, metricOf } from "../../schema/metric.ts";
import type { Interval } from "../../schema/scalar-types.ts";
import type { CheckClaims } from "../check-claims.ts";
import { answerInWords, answerNow, answerWithout, type NamedAnswer } from "../named-answer.ts";

export interface PointsBodies {
  evidence: {
    /** Best point beside the last; `answer` at the best point is absent if it is the last, or unknown. */
    "best-point": Omit<PointsFinding, "ranks" | "answer"> & {
      metric: MetricName;
      now: NamedAnswer;
      answer?: NamedAnswer;
    };
    /** Best scores on the way, each run's own, beside the last. */
    "best-on-the-way": { metric: MetricName; ranks: readonly BestAndLast[] };
  };
  caution: {
    /** Ranks of which runs ended far below their best. */
    fell: { metric: MetricName; fell: readonly RankFall[] };
  };
}

export type PointsClaim = ClaimIn<PointsBodies>;

const claim = claimsWith<PointsBodies>();

/** Most ranks of which scores are listed. */
const mostListed = 4;

export const points: CheckClaims<PointsBodies> = {
  // Nothing is concluded from ranks that seem worse because their runs collapsed.
  answer: (decision, atOwnRate) =>
    decision.fell?.hidesRanks ? [claim.verdict("none-recommended", { why: "fell", atOwnRate })] : undefined,
  onRuns: (decision) => [...fellClaims(decision), ...bestClaims(decision)],
  words: {
    "best-point"(body, compared) {
      const first = gainInWords(body);
      if (body.step === body.lastStep) return first;
      return [first, choiceInWords(body), ...answerThere(body, compared)].join(" ");
    },
    "best-on-the-way"({ metric, ranks }, { atStart }) {
      const shown = ranks
        .slice(0, mostListed)
        .map(
          ({ rank, best, last }) =>
            `${atStart(rank)} scored ${score(best, metric)} at its best and ${score(last, metric)} at the end.`,
        );
      const optimistic = "A run's best was chosen by itself, so it is optimistic; the verdict is on the end.";
      return [...shown, ...furtherOf(ranks, "differ too"), optimistic].join(" ");
    },
    fell: ({ metric, fell }, compared) =>
      [
        ...fell.slice(0, mostListed).map((fall) => fallInWords(fall, metric, compared)),
        ...furtherOf(fell, "collapsed too"),
        `Such an end tells of the training, not of the ${compared.one}.`,
      ].join(" "),
  },
};

function furtherOf(all: readonly unknown[], what: string): string[] {
  return all.length > mostListed ? [`${all.length - mostListed} more ${what}.`] : [];
}

function bestClaims(decision: Decided): PointsClaim[] {
  const { metric, points: found, bestOnTheWay = [], fell } = decision;
  if (found === undefined) {
    const fallen = fell?.ranks.map(({ rank }) => rank) ?? [];
    const ranks = bestOnTheWay.filter(({ rank, best, last }) => best !== last && !fallen.includes(rank));
    return ranks.length === 0 ? [] : [claim.evidence("best-on-the-way", { metric, ranks })];
  }
  const { ranks: _, answer, ...body } = found;
  const there = answer && { answer: answerWithout(answer) };
  return [claim.evidence("best-point", { ...body, metric, now: answerNow(decision), ...there })];
}

/** Cautions that runs collapsed, and advises a lower rate if they share one. */
function fellClaims({ metric, fell, axis }: Decided): (PointsClaim | SharedClaim)[] {
  if (fell === undefined) return [];
  const [rate, ...others] = new Set(fell.ranks.map((one) => one.rate));
  const now = rate === undefined || others.length > 0 || axis !== undefined ? {} : { now: rate };
  return [claim.caution("fell", { metric, fell: fell.ranks }), claim.next("lower-rate", now)];
}

type BestPoint = PointsBodies["evidence"]["best-point"] & { readonly metric: MetricName };

function gainInWords({ step, lastStep, gain, gainInterval, metric, confidence }: BestPoint): string {
  const { noun } = metricOf(metric);
  if (step === lastStep) return `No step on the way is better than the end, after step ${lastStep}.`;
  const side = gain >= 0 ? "better" : "worse";
  const is = (by: string): string =>
    `After step ${step} of ${lastStep} ${noun} is ${by} ${side} than at the end`;
  if (gainInterval === undefined) return `${is(roughly(Math.abs(gain), metric))}.`;
  const [low, high] = gainInterval;
  const ends: Interval = gain >= 0 ? [low, high] : [0 - high, 0 - low];
  const { value, interval } = withInterval(Math.abs(gain), ends, metric);
  return low > 0
    ? `${is(value)} (${interval}, ${percent(confidence)} confidence).`
    : `No step on the way is shown to be better than the end. ${is(value)} (${interval}).`;
}

function choiceInWords({ chosenBy }: BestPoint): string {
  switch (chosenBy) {
    case "examples":
      return "One half of the examples chose the step, and the other half scored it.";
    case "other-seeds":
      return "For each seed the other seeds chose the step, and its own run scored it.";
    case "same-runs":
      return "The same scores chose the step, so this is optimistic.";
  }
}

/** Answer at the best point, if that is shown to be better. */
function answerThere({ now, answer, gainInterval }: BestPoint, compared: Compared): string[] {
  if (answer === undefined || gainInterval === undefined || gainInterval[0] <= 0) return [];
  const there = answerInWords(answer, compared);
  return there === answerInWords(now, compared)
    ? [`The answer there is the same: ${there}.`]
    : [`There, on half of the examples, ${there}.`];
}

function fallInWords(
  { rank, rate, runs, of, best, last }: RankFall,
  metric: MetricName,
  compared: Compared,
): string {
  const at = rate === undefined ? "" : ` at learning rate ${rate}`;
  const some = runs === of ? "" : `, ${runs} of ${of} runs,`;
  return `${compared.atStart(rank)}${some} collapsed on the way${at}: from ${score(best, metric)} to ${score(last, metric)}.`;
}

function score(value: number, metric: MetricName): string {
  const by = metricOf(metric);
  return `${figure(value, by)}${by.suffix}`;
}
