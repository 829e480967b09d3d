import type { ArmAxis } from "../schema/arm-types.ts";
import { metricOf } from "../schema/metric.ts";
import { metricValues } from "../schema/scores.ts";
import type { MetricName } from "../schema/types.ts";
import { mean } from "../statistics/averages.ts";
import { type OutcomeTable, runTable } from "./outcomes.ts";

interface OrderedArms {
  readonly axis: ArmAxis;
  /** New number of an arm by its old one. */
  readonly numberOf: (old: number) => number;
}

/**
 * Orders arms by cost, the first named first among equals. Without costs the best mean comes first: `qualityOf` an arm
 * grows with quality.
 */
export function armsInOrder(axis: ArmAxis, qualityOf: (arm: number) => number): OrderedArms {
  const { names, cost, by } = axis;
  const keys = names.map((_, i) => (cost === undefined ? -qualityOf(i + 1) : cost.values[i]!));
  const order = names.map((_, i) => i).sort((a, b) => keys[a]! - keys[b]! || a - b);
  const inOrder = <T>(items: readonly T[]): T[] => order.map((place) => items[place]!);
  const costs = cost === undefined ? {} : { cost: { of: cost.of, values: inOrder(cost.values) } };
  return { axis: { by, names: inOrder(names), ...costs }, numberOf: (old) => order.indexOf(old - 1) + 1 };
}

/** Outcomes with their arms in order, by the mean of `metric` if costs are unknown. */
export function withArmsInOrder(outcomes: OutcomeTable, metric: MetricName): OutcomeTable {
  const { axis, cells, failures } = outcomes;
  if (axis === undefined) return outcomes;
  const { sign } = metricOf(metric);
  const qualityOf = (arm: number): number => {
    const own = cells.filter(({ rank }) => rank === arm);
    return own.length === 0 ? -Infinity : sign * mean(own.map((cell) => mean(metricValues(cell, metric))));
  };
  const { axis: ordered, numberOf } = armsInOrder(axis, qualityOf);
  const runs = runTable(renumbered(cells, numberOf), renumbered(failures, numberOf));
  return { ...outcomes, ...runs, axis: ordered };
}

/** Runs, or other items, under the numbers that `numberOf` gives their ranks. */
export function renumbered<Item extends { readonly rank: number }>(
  items: readonly Item[],
  numberOf: (rank: number) => number,
): Item[] {
  return items.map((item) => ({ ...item, rank: numberOf(item.rank) }));
}
