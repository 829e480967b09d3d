import type { Interval } from "@lorank/core/results";
import { NONE } from "../format.ts";
import type { ShownMetric } from "../metric.ts";
import type { Cell } from "./data-table.tsx";

/** A number as `write` has it, of `scale` times its size in what is exported; {@link NONE} where there is none. */
export function numberCell(value: number | undefined, write: (x: number) => string, scale = 1): Cell {
  return value === undefined || !Number.isFinite(value) ? NONE : { main: write(value), raw: [scale * value] };
}

/** A mean with its interval under it. */
export function scoreCell(
  metric: ShownMetric,
  found: { readonly mean: number; readonly interval: Interval } | undefined,
): Cell {
  if (found === undefined) return NONE;
  const { mean, interval } = found;
  return {
    main: metric.value(mean),
    under: metric.interval(interval),
    raw: scaled(metric, mean, ...interval),
  };
}

/** A difference with its interval under it. */
export function differenceCell(
  metric: ShownMetric,
  difference: number | undefined,
  interval: Interval | undefined,
): Cell {
  if (difference === undefined) return NONE;
  const main = metric.difference(difference);
  return interval === undefined
    ? { main, under: "no interval", raw: scaled(metric, difference) }
    : { main, under: metric.differenceInterval(interval), raw: scaled(metric, difference, ...interval) };
}

/** As the page shows them, in percent or points where the metric is a share. */
export function scaled(metric: ShownMetric, ...values: readonly number[]): number[] {
  return values.map((value) => value * metric.scale);
}
