import { capitalised, counted, listInWords } from "@lorank/core";
import { percent, plural, withError } from "../claims/amounts.ts";
import type { ClaimOf, Words } from "../claims/claim.ts";
import type { Compared } from "../claims/compared-types.ts";
import { metricOf } from "../schema/metric.ts";

type ConditionClaim = ClaimOf<"condition" | "by-task" | "meet-condition" | "loosen-limit">;

export const conditionWords: Words<ConditionClaim> = {
  condition(claim, compared) {
    const { better, limit, named, violated, beyond } = claim;
    const open = claim.open.filter((rank) => !beyond.includes(rank));
    const parts = [
      ...(named === undefined ? [] : [ofNamed(named, claim, compared)]),
      ...(violated.length > 0
        ? [`${few(violated, compared)} ${plural(violated, "violates", "violate")} it`]
        : []),
      ...(open.length > 0 ? [`for ${few(open, compared)} it is open`] : []),
      ...(beyond.length > 0 ? [meansBeyond(beyond, compared)] : []),
      ...(named?.condition === "met" || claim.met.length > 0 ? [] : [noKeeper(claim, compared)]),
    ];
    const side = better === "lower" ? "at most" : "at least";
    return `${capitalised(claim.name)} must be ${side} ${amount(limit, claim)}: ${parts.join("; ")}.`;
  },
  "meet-condition"(claim, { name }) {
    const { name: outcome, better, rank, by, interval, confidence, beyond } = claim;
    const ends = interval && `${rounded(interval[0])} to ${amount(interval[1], claim)}`;
    const sure = ends === undefined ? "" : ` (${ends}, ${percent(confidence)} confidence)`;
    const misses = `${capitalised(name(rank))} comes nearest and misses the limit by ${amount(by, claim)}${sure}.`;
    if (beyond === undefined) {
      const advice = `Change another setting, such as the learning rate, or the limit on ${outcome}.`;
      return `${advice} ${misses} What ${better === "lower" ? "lowers" : "raises"} ${outcome} is not shown here.`;
    }
    const goes = (better === "lower") === (beyond === "smaller") ? "rises" : "falls";
    const advice = `Try a ${beyond} rank than ${rank}: ${outcome} ${goes} with the rank.`;
    return `${advice} ${misses} A lower learning rate may help too, but was not compared.`;
  },
  "loosen-limit"({ conflict }, { name }) {
    const names = listInWords(conflict.map((one) => one.name));
    const misses = conflict.map(
      ({ rank, mean, limit, ...one }) =>
        `${name(rank)} misses ${one.name} alone (${amount(mean, one)}, limit ${rounded(limit)})`,
    );
    const all = conflict.length === 2 ? "both" : "all of them";
    return (
      `Loosen a limit, or change another setting: each limit on ${names} is met by some mean, ${all} by none. ` +
      `Of these, ${misses.join("; ")}.`
    );
  },
  "by-task"({ rank, isBet, advantage, interval, metric }, { name }) {
    const alone = `By ${metricOf(metric).noun} alone ${isBet ? "the best bet" : "it"} would be ${name(rank)}`;
    if (advantage === undefined || interval === undefined) return `${alone}.`;
    const size = withError(Math.abs(advantage), (interval[1] - interval[0]) / 2, metric);
    return `${alone}, ${size} ${advantage < 0 ? "worse" : "better"}.`;
  },
};

type Claimed = ClaimOf<"condition">;

function meansBeyond(ranks: readonly number[], compared: Compared): string {
  return `the ${plural(ranks, "mean", "means")} of ${few(ranks, compared)} ${plural(ranks, "does", "do")} not meet it, which is open`;
}

function ofNamed(
  { rank, mean, bound, condition }: NonNullable<Claimed["named"]>,
  claim: Claimed,
  { name }: Compared,
): string {
  const [side, value] = [claim.better === "lower" ? "at most" : "at least", amount(mean, claim)];
  if (condition === "met")
    return `${name(rank)} meets it (${value}, ${side} ${amount(bound!, claim)} at ${percent(claim.confidence)} confidence)`;
  return `for ${name(rank)} it is open (mean ${value})`;
}

function noKeeper({ nearest: { rank, mean }, within, ...claim }: Claimed, { name, one }: Compared): string {
  if (within > 0)
    return `no ${one} is shown to meet it, although ${counted(within, "mean")} ${within === 1 ? "does" : "do"}`;
  return `no ${one} is shown to meet it, and ${name(rank)} comes nearest (${amount(mean, claim)})`;
}

/** Most ranks or arms in a list; more are counted. */
const mostListed = 6;

function few(ranks: readonly number[], { list, many }: Compared): string {
  return ranks.length > mostListed ? `${ranks.length} ${many}` : list(ranks);
}

function amount(value: number, { unit }: Pick<Claimed, "unit">): string {
  return `${rounded(value)}${unit === undefined ? "" : ` ${unit}`}`;
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
