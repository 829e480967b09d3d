import type { Interval, PairSummary, ReturnStep, Returns } from "../schema/types.ts";
import { ascending } from "./outcomes.ts";

export interface RankCost {
  readonly rank: number;
  readonly params?: number;
  readonly adapterBytes?: number;
  readonly seconds?: number;
}

/** Gain per step to the next larger rank tried, positive if better, and per cost, if that grows. */
export function diminishingReturns(pairs: readonly PairSummary[], costs: readonly RankCost[] = []): Returns {
  const ranks = ascending(pairs.flatMap(({ first, second }) => [first, second]));
  const steps = ranks.slice(1).map((to, index) => stepOf(pairs, ranks[index]!, to, costs));
  const last = steps.findLast(({ interval: [low] }) => low > 0);
  return last
    ? { curve: "rising-until", rank: last.to, interval: last.interval, steps }
    : { curve: "flat", steps };
}

function stepOf(
  pairs: readonly PairSummary[],
  from: number,
  to: number,
  costs: readonly RankCost[],
): ReturnStep {
  const pair = pairs.find(({ first, second }) => first === from && second === to)!;
  const gain = 0 - pair.advantage;
  const [low, high] = pair.interval;
  // Negation as 0 - x, because -0 would be printed.
  const interval: Interval = [0 - high, 0 - low];
  return { from, to, gain, interval, ...ratesOf({ from, to, gain }, costs) };
}

export function withRates(returns: Returns, costs: readonly RankCost[]): Returns {
  return { ...returns, steps: returns.steps.map((step) => ({ ...step, ...ratesOf(step, costs) })) };
}

function ratesOf(
  { from, to, gain }: Pick<ReturnStep, "from" | "to" | "gain">,
  costs: readonly RankCost[],
): Partial<ReturnStep> {
  const doublings = from > 0 ? Math.log2(to / from) : undefined;
  const before = costs.find(({ rank }) => rank === from);
  const after = costs.find(({ rank }) => rank === to);
  const rate = (cost: "params" | "adapterBytes" | "seconds"): number | undefined => {
    const more = (after?.[cost] ?? Number.NaN) - (before?.[cost] ?? Number.NaN);
    return more > 0 ? gain / more : undefined;
  };
  const rates = {
    perDoubling: doublings && gain / doublings,
    perParam: rate("params"),
    perAdapterByte: rate("adapterBytes"),
    perSecond: rate("seconds"),
  };
  const known = Object.entries(rates).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known);
}
