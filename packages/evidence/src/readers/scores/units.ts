import { InputError } from "@lorank/core";
import { metricOf } from "../../schema/metric.ts";
import type { MetricName } from "../../schema/types.ts";
import { andList } from "../rows/row-choices.ts";
import { isShareLike } from "./choose-score.ts";
import type { PlacedRun } from "./placed-run.ts";

/** Least ratio between percentages and shares; scores in a single unit rarely have such a gap about 1. */
const leastGap = 10;

/**
 * Converts to a single unit. Accuracies above 1 are percent; signed percentages are shares already.
 *
 * @throws InputError `E_OUTCOMES` for shares among percentages, and for ratings in place of accuracies.
 */
export function inOneUnit(
  runs: readonly PlacedRun[],
  metric: MetricName,
  source: string,
): { readonly runs: readonly PlacedRun[]; readonly wasPercent: boolean } {
  const { noun, scale } = metricOf(metric);
  const isScaled = scale === 100;
  const scores = runs.flatMap((run) => [run, ...bestOf(run)]);
  if (!isScaled && !isShareLike(metric)) return { runs, wasPercent: false };
  const plain = isScaled ? scores.filter(({ hasSign }) => hasSign !== true) : scores;
  const [low, high] = [
    plain.filter(({ score }) => score > 0 && score <= 1),
    plain.filter(({ score }) => score > 1),
  ];
  if (areMixed(low, high)) {
    const [few, many] = low.length > high.length ? [high, low] : [low, high];
    const found = few.slice(0, 3).map(inPlace);
    const more = few.length > 3 ? [`${few.length - 3} more`] : [];
    const got = `${andList([...found, ...more])} beside ${inPlace(many[0]!)}`;
    const advice = isScaled ? "\nA percentage below 1 is written with its sign: 0.9%." : "";
    throw new InputError(
      "E_OUTCOMES",
      `${noun} must be in one unit in ${source}, shares or percent, got ${got}${advice}`,
    );
  }
  if (!isScaled) return { runs, wasPercent: false };
  if (high.length > 0 && plain.every(({ score }) => score >= 1 && score <= 5)) {
    const rule = `${noun} must be a share (0 to 1) or percent (0 to 100) in ${source}`;
    const advice = "Divide ratings from 1 to 5 by 5, or write percentages with their sign: 3.4%.";
    throw new InputError("E_OUTCOMES", `${rule}, got ${inPlace(high[0]!)} and none above 5\n${advice}`);
  }
  const wasPercent = high.length > 0 && plain.every(({ score }) => score >= 0 && score <= 100);
  if (!wasPercent) return { runs, wasPercent };
  const asShare = (run: PlacedRun): PlacedRun =>
    run.hasSign === true ? run : { ...run, score: run.score / 100, ...perHundred(run) };
  return { runs: runs.map(asShare), wasPercent };
}

/** Run with its best score on the way in place of its last, if known. */
function bestOf(run: PlacedRun): PlacedRun[] {
  return run.onTheWay === undefined ? [] : [{ ...run, score: run.onTheWay.best }];
}

function perHundred({ onTheWay }: PlacedRun): Pick<PlacedRun, "onTheWay"> {
  if (onTheWay === undefined) return {};
  const points = onTheWay.points?.map(({ step, score }) => ({ step, score: score / 100 }));
  return {
    onTheWay: { ...onTheWay, best: onTheWay.best / 100, ...(points === undefined ? {} : { points }) },
  };
}

/**
 * Tells whether shares and percentages are mixed: with a gap between, or shares that as percentages would lie among the
 * others.
 */
function areMixed(low: readonly PlacedRun[], high: readonly PlacedRun[]): boolean {
  if (low.length === 0 || high.length === 0) return false;
  const [lows, highs] = [low, high].map((runs) => runs.map(({ score }) => score)) as [number[], number[]];
  const [least, most] = [Math.min(...highs), Math.max(...highs)];
  return (
    least >= leastGap * Math.max(...lows) || lows.some((score) => 100 * score >= least && 100 * score <= most)
  );
}

function inPlace({ score, place }: PlacedRun): string {
  return `${score} (${place})`;
}

/** Advice on scores above 1, which are no shares. */
export function scaleAdvice(most: number): string | undefined {
  if (most <= 1 || most > 100) return undefined;
  if (most > 10) return "A percentage is written with its sign (84%), or divided by 100.";
  const scale = most > 5 ? 10 : 5;
  return `Ratings from 1 to ${scale} are divided by ${scale}.`;
}
