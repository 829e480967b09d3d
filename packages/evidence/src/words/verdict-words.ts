import { capitalised, counted } from "@lorank/core";
import {
  boundInUnit,
  inUnit,
  marginInUnit,
  percent,
  plural,
  range,
  roughly,
  withError,
} from "../claims/amounts.ts";
import type { ClaimOf, SharedClaim, Words } from "../claims/claim.ts";
import type { Compared } from "../claims/compared-types.ts";
import type { PossibleLoss } from "../claims/shared-bodies.ts";
import type { WeakEvidence } from "../schema/decision-types.ts";
import { figure, type MetricName, metricOf } from "../schema/metric.ts";

type VerdictClaim = Exclude<
  Extract<SharedClaim, { readonly topic: "verdict" }>,
  { readonly kind: "condition" | "by-task" }
>;

export const verdictWords: Words<VerdictClaim> = {
  recommended({ rank, verdict, loss, weak, atOwnRate, metric, conditions }, compared) {
    const name = compared.name(rank);
    const advice = verdict === "extend" ? `Go above ${name}` : `Use ${name}`;
    const beginning =
      weak === undefined ? advice : `${advice}, on weak evidence (${weakInWords(weak, metric)})`;
    const quality =
      verdict === "extend"
        ? "quality is still rising"
        : loss && lossInWords(loss, compared, conditions !== undefined);
    const met = conditions === undefined ? [] : [`it meets the ${conditionOrMore(conditions)}`];
    const rest = [...met, ...(quality === undefined ? [] : [quality])].join(", and ") || undefined;
    const answer = rest === undefined ? `${beginning}.` : `${beginning}: ${rest}.`;
    return atOwnRate ? atSweepsRate(answer) : answer;
  },
  enough({ rank, margin, metric, confidence, open, weak, atOwnRate, conditions }, compared) {
    const basis = weak === undefined ? "" : `, on weak evidence: ${weakInWords(weak, metric)}`;
    const met = conditions === undefined ? "" : `it meets the ${conditionOrMore(conditions)}, `;
    const proven = `${compared.atStart(rank)} is enough (${met}proven within ${marginInUnit(margin, metric)}${basis}).`;
    const answer = atOwnRate ? atSweepsRate(proven) : proven;
    if (open.length === 0) return answer;
    const smaller = open.map((one) => one.rank);
    const bounds = range(open.map(({ bound }) => boundInUnit(bound, metric)));
    return (
      `${answer} Whether ${compared.list(smaller)} ${plural(smaller, "is", "are")} too is open: ` +
      `${plural(smaller, "it", "they")} may lose up to ${bounds} (${percent(confidence)} confidence).`
    );
  },
  "none-recommended"({ why, atOwnRate }, { one, many }) {
    const answer = {
      "nothing-completed": `No ${one} completed enough runs to be compared.`,
      "not-better": `No ${one} is better than the class prior.`,
      unclear: `No ${one} is shown to be better than the class prior.`,
      "same-answers": `No ${one} is shown to have learned anything.`,
      copies: "Runs that should differ are copies of each other.",
      "no-noise": "No noise of training is visible in these runs.",
      "no-keeper": `No ${one} is shown to meet the conditions.`,
      fell: `Runs collapsed on the way, so their ends do not tell which ${one} is better.`,
      unsettled: `These runs do not settle ${one === "rank" ? "the rank" : `which of the ${many} to use`}.`,
    }[why];
    return atOwnRate ? atSweepsRate(answer) : answer;
  },
  "no-difference"({ ranks, spread, metric, confidence, isProven }, { list, one }) {
    const means = `${list(ranks)} lie within ${boundInUnit(spread, metric)}`;
    return isProven
      ? `${one === "rank" ? "Rank makes" : "The arms make"} no visible difference here: ${means}.`
      : `A difference is neither shown nor ruled out at ${percent(confidence)} confidence. The means of ${means}; the ` +
          "intervals reach beyond the margin.";
  },
  "possible-loss"({ confidence, cheapestOf }, { one }) {
    const cheaper = {
      all: `No compared ${one} is cheaper`,
      unbeaten: `Each cheaper ${one} is shown to be worse than another`,
      none: undefined,
    }[cheapestOf];
    const holds = `bound holds at ${percent(confidence)} confidence`;
    return cheaper === undefined ? `The ${holds}.` : `${cheaper}; the ${holds}.`;
  },
  "best-bet"(bet, words) {
    const { rank, isProven, compared, seeds, mayMeet = false } = bet;
    const best = mayMeet ? "the best of the means that meet the limits" : "the best mean";
    const choice = `If you must choose now: ${words.name(rank)}`;
    if (compared < 2) return `${choice}, the only one.`;
    if (seeds < 2) return `${choice}, ${best}. What it may lose is unknown.`;
    return isProven
      ? riskInWords(words.atStart(rank), bet, words)
      : `${choice}. ${riskInWords("It", bet, words)}`;
  },
  proven: ({ rank, margin, metric, mayMeet = false }, compared) =>
    `${compared.atStart(rank)} is safer: ${noOther(compared, mayMeet)} is better by more than ${marginInUnit(margin, metric)}.`,
  "left-alone": ({ isLargest, others }, { one }) =>
    others === "violate"
      ? `Every other ${one} violates a condition.`
      : isLargest
        ? "It is the largest rank tried, and every smaller one fell behind in the race."
        : `It is the one ${one} that is left in the race: every other one fell behind.`,
  better: ({ rank, than, difference, interval, metric, confidence }) =>
    `Rank ${rank}, the largest tried, is ${withError(difference, halfOf(interval), metric)} better than rank ${than}, ` +
    `at ${percent(confidence)} confidence.`,
  "one-rank": ({ rank }, { name }) =>
    `Only ${name(rank)} could be compared, and there is nothing to compare it with.`,
  "one-seed"({ intervals }, { oneOf }) {
    const nothing = `One seed cannot show how much ${oneOf} varies from run to run, so nothing can be claimed.`;
    return intervals === "none" ? nothing : `${nothing} The intervals cover the choice of examples alone.`;
  },
};

/** Subject of claims on all other ranks; those shown to violate a condition do not count. */
function noOther({ one }: Compared, hasConditions: boolean): string {
  return hasConditions ? `no other ${one} that may meet it` : `no other ${one}`;
}

function conditionOrMore(count: number): string {
  return count === 1 ? "condition" : `${count} conditions`;
}

/** Risk of a best bet in words: expected loss, possible loss, and another seed's gain. */
function riskInWords(subject: string, bet: ClaimOf<"best-bet">, compared: Compared): string {
  const { one, list } = compared;
  const { expectedLoss, mayLose = Infinity, oneMoreSeed, margin, metric, confidence, mayMeet = false } = bet;
  const surely = `(${percent(confidence)} confidence)`;
  const isBest = mayLose <= 0;
  const bound = isBest
    ? `${noOther(compared, mayMeet)} is better ${surely}`
    : `may lose up to ${boundInUnit(mayLose, metric)} ${surely}`;
  if (expectedLoss === undefined) return isBest ? `${capitalised(bound)}.` : `${subject} ${bound}.`;
  const hasLoss = expectedLoss > 0 && expectedLoss >= margin / 100;
  const expected = hasLoss ? roughly(expectedLoss, metric) : "next to nothing";
  const risk = `${subject} is expected to lose ${expected} against the best ${mayMeet ? "of those that may meet it" : one}, and ${bound}.`;
  if (!hasLoss || oneMoreSeed === undefined) return risk;
  const { ranks, saves } = oneMoreSeed;
  const then = roughly(Math.max(0, expectedLoss - saves), metric);
  const change = then === expected ? "hardly lower the expected loss" : `lower the expected loss to ${then}`;
  return `${risk} One more seed of ${list(ranks)} would ${change}.`;
}

/** Bound in words: "it loses at most 1.7 points; you accept 1". */
function lossInWords(
  { bound, margin, metric }: PossibleLoss,
  compared: Compared,
  hasConditions: boolean,
): string {
  if (bound <= 0) return `${noOther(compared, hasConditions)} is better`;
  const [accepted] = inUnit(margin, metric).split(" ");
  const loss = `it loses at most ${boundInUnit(bound, metric)}${metricOf(metric).unitOf}`;
  return bound <= margin
    ? `${loss}, within the ${accepted} that you accept`
    : `${loss}; you accept ${accepted}`;
}

/** Weak evidence in words: "2 seeds, 24 examples". */
function weakInWords({ seeds, examples, groups, interval }: WeakEvidence, metric: MetricName): string {
  const { noun, suffix } = metricOf(metric);
  const ends = interval?.map((end) => figure(end, metricOf(metric)));
  return [
    ...(seeds === undefined ? [] : [counted(seeds, "seed")]),
    ...(examples === undefined ? [] : [counted(examples, "example")]),
    ...(groups === undefined ? [] : [counted(groups, "group")]),
    ...(ends === undefined ? [] : [`its ${noun} is open from ${ends.join(" to ")}${suffix}`]),
  ].join(", ");
}

function atSweepsRate(answer: string): string {
  return `At the sweep's own rate alone, ${answer.charAt(0).toLowerCase()}${answer.slice(1)}`;
}

function halfOf([low, high]: readonly [number, number]): number {
  return (high - low) / 2;
}
