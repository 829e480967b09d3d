import { firstOf, listInWords, wholeNumber } from "@lorank/core";
import { figure, type MetricName, metricOf } from "../schema/metric.ts";
import type { Interval } from "../schema/scalar-types.ts";

/** Formats accuracy in points or log loss in nats, exactly: 0.0125 becomes "1.25 points". */
export function inUnit(value: number, metric: MetricName): string {
  const shown = Number(scale(value, metric).toPrecision(6));
  return `${shown} ${unitName(metric, shown)}`;
}

/** Formats a margin, naming an uncommon quantity: "1 point", "0.02 nats of log loss". */
export function marginInUnit(margin: number, metric: MetricName): string {
  return inUnit(margin, metric) + metricOf(metric).unitOf;
}

/** Formats a bound in few digits, rounded up: 0.0123 becomes "1.3 points". */
export function boundInUnit(value: number, metric: MetricName): string {
  const scaled = scale(value, metric);
  const factor = 10 ** decimalsFor(scaled, metric);
  // Rounding errors: a bound of 1.0000000001 is 1.
  const shown = Math.ceil(scaled * factor - 1e-6) / factor;
  return `${shown} ${unitName(metric, shown)}`;
}

/** Value with error, "0.2 ± 0.3 points"; more digits if they tell which is larger: "0.52 ± 0.48". */
export function withError(value: number, error: number, metric: MetricName): string {
  // Errors near 1e-17 are rounding errors.
  const hasError = Math.abs(error) > 1e-9;
  let decimals = decimalsFor(scale(hasError ? error : value, metric), metric);
  const text = (x: number): string => scale(x, metric).toFixed(decimals);
  while (decimals < mostDecimals && text(Math.abs(value)) === text(error) && Math.abs(value) !== error)
    decimals++;
  return `${text(value)} ± ${text(error)} ${unitName(metric, 0)}`;
}

/** Value and its interval, in one unit and in digits of the interval: "0.02 nats", "-0.15 to 0.18 nats". */
export function withInterval(
  value: number,
  [low, high]: Interval,
  metric: MetricName,
): { readonly value: string; readonly interval: string } {
  const decimals = decimalsFor(scale((high - low) / 2, metric), metric);
  // Negative amounts near 0 would be "-0.0".
  const text = (x: number): string =>
    scale(x, metric)
      .toFixed(decimals)
      .replace(/^-(0\.?0*)$/, "$1");
  const unit = unitName(metric, 0);
  return { value: `${text(value)} ${unit}`, interval: `${text(low)} to ${text(high)} ${unit}` };
}

const mostDecimals = 6;

function scale(value: number, metric: MetricName): number {
  return value * metricOf(metric).scale;
}

/** Decimals that give an amount below 1 the metric's digits. */
function decimalsFor(scaled: number, metric: MetricName): number {
  const size = Math.abs(scaled);
  if (size === 0) return 1;
  const digits = -Math.floor(Math.log10(size)) + metricOf(metric).digits - 1;
  return Math.min(mostDecimals, Math.max(1, digits));
}

function unitName(metric: MetricName, value: number): string {
  const [one, other] = metricOf(metric).unit;
  return value === 1 ? one : other;
}

export function sideOf(advantage: number, metric: MetricName): string {
  const [ahead, behind] = metricOf(metric).sign > 0 ? ["above", "below"] : ["better than", "worse than"];
  return advantage >= 0 ? ahead : behind;
}

/** Difference in words: "0.4 ± 1.0 points below". */
export function apart(advantage: number, [low, high]: Interval, metric: MetricName): string {
  const side = advantage === 0 ? "from" : sideOf(advantage, metric);
  return `${withError(Math.abs(advantage), (high - low) / 2, metric)} ${side}`;
}

/** Ranks in words: "rank 4", "ranks 1, 4 and 16". */
export function rankList(ranks: readonly number[]): string {
  return `${ranks.length === 1 ? "rank" : "ranks"} ${range(ranks)}`;
}

export function plural(items: readonly unknown[], one: string, more: string): string {
  return items.length === 1 ? one : more;
}

/** Rounds to two digits: 0.00213 becomes "0.21 points". */
export function roughly(value: number, metric: MetricName): string {
  const shown = Number(scale(value, metric).toPrecision(2));
  return `${shown} ${unitName(metric, shown)}`;
}

/** Mean and interval in words: "93.9% [92.1–95.6%]", "0.181 [0.150–0.212]". */
export function scored(mean: number, [low, high]: Interval, metric: MetricName): string {
  const { suffix } = metricOf(metric);
  const text = (x: number): string => figure(x, metricOf(metric));
  return `${text(mean)}${suffix} [${text(low)}–${text(high)}${suffix}]`;
}

export function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))}%`;
}

/** Formats an arm's cost in its own unit, in four digits unless it is whole, without an exponent. */
export function costFigure(value: number): string {
  return Number.isInteger(value) ? wholeNumber(value) : String(Number(value.toPrecision(4)));
}

const longestList = 24;

/** Lists "0, 1 and 2"; long lists show the first items: "0, 1, 2, 3, 4, 5 and 194 more". */
export function range(items: readonly (string | number)[]): string {
  if (items.length > longestList) return firstOf(items, 6);
  return listInWords(items);
}

export function times(ratio: number): string {
  return `${ratio < 10 ? Number(ratio.toFixed(1)) : Math.round(ratio)}×`;
}

/** Rounds a chance up: 0.00123 becomes "at most 0.2%". */
export function atMostPercent(chance: number): string {
  const unit = 10 ** Math.floor(Math.log10(100 * chance));
  return `at most ${Number((unit * Math.ceil((100 * chance) / unit - 1e-9)).toPrecision(1))}%`;
}
