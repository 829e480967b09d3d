import { claim } from "../claims/claim.ts";
import type { ConditionClaimed } from "../claims/shared-bodies.ts";
import type { Decided } from "../schema/decision-types.ts";
import { metricOf } from "../schema/metric.ts";
import { rankToUse } from "../schema/rank-to-use.ts";
import type { SecondaryFinding, SecondaryScore } from "../schema/secondary-types.ts";
import type { Claim } from "./claim.ts";

type Limited = SecondaryFinding & { readonly limit: number };

export function conditionsOf({ secondary = [] }: Pick<Decided, "secondary">): Limited[] {
  return secondary.filter((finding): finding is Limited => finding.limit !== undefined);
}

/** Compared ranks in one state of their conditions: some violated, or all met. */
export function ranksWith(
  decision: Pick<Decided, "secondary" | "ranks">,
  state: "violated" | "met",
): number[] {
  const conditions = conditionsOf(decision);
  return decision.ranks.flatMap(({ rank }) => {
    const states = conditions.map(({ ranks }) => ranks.find((one) => one.rank === rank)?.condition);
    const isSo = state === "violated" ? states.includes(state) : states.every((one) => one === state);
    return isSo ? [rank] : [];
  });
}

/** Decision on the ranks that are not shown to violate a condition, with differences to the best of them. */
export function withoutViolating(decision: Decided): Decided {
  const violated = conditionsOf(decision).length === 0 ? [] : ranksWith(decision, "violated");
  if (violated.length === 0) return decision;
  const { ranks, pairs, metric, excluded = [] } = decision;
  const left = ranks.filter(({ rank }) => !violated.includes(rank));
  const { sign } = metricOf(metric);
  const best = left.toSorted((a, b) => sign * (b.differenceToBest - a.differenceToBest))[0];
  return {
    ...decision,
    ranks: left.map((one) => ({ ...one, differenceToBest: one.differenceToBest - best!.differenceToBest })),
    bestRank: best?.rank ?? null,
    excluded: [...excluded, ...violated.map((rank) => ({ rank, reason: "it violates a condition" }))],
    ...(pairs && {
      pairs: pairs.filter(({ first, second }) => !violated.includes(first) && !violated.includes(second)),
    }),
  };
}

/** Amounts by which values miss a condition's limit; 0 or less if they meet it. */
function excessOver({ better, limit }: Limited): (value: number) => number {
  return (value) => (better === "lower" ? value - limit : limit - value);
}

/** Score whose mean is best for a condition; the first of equal ones. */
function nearestIn(finding: Limited): SecondaryScore | undefined {
  const excess = excessOver(finding);
  return finding.ranks.toSorted((a, b) => excess(a.mean) - excess(b.mean))[0];
}

/** Claims on conditions, and on what the metric alone would name; none without conditions. */
export function conditionClaims(decision: Decided): Claim[] {
  const { byTask, confidence, metric, bestBet } = decision;
  const named = rankToUse(decision) ?? bestBet?.rank;
  const conditions = conditionsOf(decision).map((finding) => {
    const { name, better, unit, limit, ranks } = finding;
    const inState = (state: string) =>
      ranks.flatMap(({ rank, condition }) => (condition === state && rank !== named ? [rank] : []));
    const own = ranks.find(({ rank }) => rank === named);
    const excess = excessOver(finding);
    const open = inState("open");
    const body: ConditionClaimed = {
      ...{ name, better, limit, confidence, nearest: nearestIn(finding)! },
      within: ranks.filter(({ mean }) => excess(mean) <= 0).length,
      ...(unit === undefined ? {} : { unit }),
      ...(own === undefined ? {} : { named: own }),
      ...{ met: inState("met"), violated: inState("violated"), open },
      beyond: ranks.flatMap(({ rank, mean }) => (open.includes(rank) && excess(mean) > 0 ? [rank] : [])),
    };
    return claim.verdict("condition", body);
  });
  const limited = conditionsOf(decision);
  const unmet =
    named === undefined
      ? [...limited.flatMap((one) => meetCondition(one, decision)), ...loosenLimit(limited)]
      : [];
  const other = byTask && (byTask.rank ?? byTask.certifiedRank ?? byTask.bestBet?.rank);
  if (byTask === undefined || other == null) return [...conditions, ...unmet];
  const { advantage, interval } = byTask;
  const gain = advantage === undefined || interval === undefined ? {} : { advantage, interval };
  return [
    ...conditions,
    ...unmet,
    claim.verdict("by-task", { rank: other, isBet: byTask.rank === null, metric, ...gain }),
  ];
}

/** Advice on a condition that no rank's mean meets; none if one does. */
function meetCondition(finding: Limited, { axis, confidence }: Decided): Claim[] {
  const { name, better, unit, ranks } = finding;
  const excess = excessOver(finding);
  const nearest = nearestIn(finding);
  if (nearest === undefined || excess(nearest.mean) <= 0) return [];
  const { rank, mean, interval } = nearest;
  const ends = interval?.map(excess).sort((a, b) => a - b) as [number, number] | undefined;
  const beyond = axis === undefined ? improvesTo(ranks, nearest, better === "lower" ? 1 : -1) : undefined;
  return [
    claim.next("meet-condition", {
      ...{ name, better, rank, by: excess(mean), confidence },
      ...(unit === undefined ? {} : { unit }),
      ...(ends === undefined ? {} : { interval: ends }),
      ...(beyond === undefined ? {} : { beyond }),
    }),
  ];
}

/** Advice on conditions that some means meet, each for itself, and no rank's mean together; none without a conflict. */
function loosenLimit(conditions: readonly Limited[]): Claim[] {
  const conflict = conflictAmong(conditions);
  if (conflict === undefined) return [];
  const each = conflict.map((finding) => {
    const { name, better, unit, limit } = finding;
    const others = conflict.filter((other) => other !== finding);
    const ranks = finding.ranks.filter(({ rank }) => meetsAll(rank, others));
    const { rank, mean } = nearestIn({ ...finding, ranks })!;
    return { name, better, limit, rank, mean, ...(unit === undefined ? {} : { unit }) };
  });
  return [claim.next("loosen-limit", { conflict: each })];
}

/**
 * Conditions that no rank's mean meets together, though without any one of them the rest are met. Those that no rank's mean
 * meets by themselves are left out. Undefined without a conflict.
 */
function conflictAmong(conditions: readonly Limited[]): readonly Limited[] | undefined {
  const areMet = (some: readonly Limited[]): boolean =>
    some.length === 0 || some[0]!.ranks.some(({ rank }) => meetsAll(rank, some));
  const alone = conditions.filter((one) => areMet([one]));
  if (areMet(alone)) return undefined;
  return alone.reduce((left, one) => {
    const rest = left.filter((other) => other !== one);
    return areMet(rest) ? left : rest;
  }, alone);
}

/** True if a rank's means meet all these conditions. */
function meetsAll(rank: number, conditions: readonly Limited[]): boolean {
  return conditions.every((finding) =>
    finding.ranks.some((one) => one.rank === rank && excessOver(finding)(one.mean) <= 0),
  );
}

/**
 * Side on which untried ranks lie beyond the best one. Each mean towards it is better than the one before, and the
 * intervals of the smallest and the largest rank do not meet. Undefined if that is not shown.
 */
function improvesTo(
  ranks: Limited["ranks"],
  best: Limited["ranks"][number],
  sign: 1 | -1,
): "smaller" | "larger" | undefined {
  const [first, last] = [ranks[0]!, ranks.at(-1)!];
  const side = best === first ? "smaller" : "larger";
  const worst = side === "smaller" ? last : first;
  const steps = ranks.slice(1).map(({ mean }, i) => sign * (mean - ranks[i]!.mean));
  const isSteady = steps.every((step) => (side === "smaller" ? step > 0 : step < 0));
  if (steps.length === 0 || !isSteady || !best.interval || !worst.interval) return undefined;
  const [a, b] = sign > 0 ? [best.interval[1], worst.interval[0]] : [worst.interval[1], best.interval[0]];
  const isShown = a < b;
  const hasUntried = side === "larger" || best.rank > 1;
  return isShown && hasUntried ? side : undefined;
}

/** Advises more seeds, if conditions are open for ranks that are not shown to violate one. */
export function settleConditions(decision: Decided): Claim[] {
  const ranks = openRanks(decision);
  return ranks.length === 0 ? [] : [claim.next("settle-conditions", { ranks })];
}

/** Ranks for which a condition is open, and that are not shown to violate one. */
export function openRanks(decision: Decided): number[] {
  const open = conditionsOf(decision).flatMap(({ ranks }) =>
    ranks.flatMap(({ rank, condition }) => (condition === "open" ? [rank] : [])),
  );
  return decision.ranks.map(({ rank }) => rank).filter((rank) => open.includes(rank));
}
