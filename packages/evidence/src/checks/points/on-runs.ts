import type { ScoreDesign, ScoredRun } from "../../decide/score-design.ts";
import type { DecideSettings } from "../../decide/settings.ts";
import type { BestAndLast, PointsMembers, RankPoints } from "../../schema/checks/points.ts";
import { bestStep } from "../../schema/halves.ts";
import { type Metric, metricOf } from "../../schema/metric.ts";
import type { Interval } from "../../schema/types.ts";
import { lastDigit, mean } from "../../statistics/averages.ts";
import { halfWidthOfMean } from "../../statistics/student-t.ts";
import { atEnd, sharedSteps } from "./steps.ts";

/**
 * Best point beside the last of runs with a score each, by the steps that all runs share. With two seeds a rank each
 * run is scored at the step that the other seeds' runs choose; the step named is chosen on all. Otherwise the same runs
 * choose and score. Intervals are over seeds alone, the examples as they are.
 */
export function pointsOfRuns(
  { ranks, cells }: ScoreDesign,
  { metric, confidence }: DecideSettings,
): Pick<PointsMembers, "points"> {
  const by = metricOf(metric);
  const runs = cells.flat();
  const steps = sharedSteps(runs.map(({ onTheWay }) => (onTheWay?.points ?? []).map(({ step }) => step)));
  if (steps.length === 0) return {};
  const isCrossed = cells.every(
    (row) => new Set(seedsOf(row)).size > 1 && seedsOf(row).length === row.length,
  );
  const step = stepBy(cells, [...steps, atEnd], by);
  const stepFor = ({ seed }: ScoredRun): number => {
    const others = cells.map((row) => row.filter((run) => run.seed !== seed));
    return isCrossed && step !== atEnd ? stepBy(others, [...steps, atEnd], by) : step;
  };
  const chosen = cells.map((row) => row.map((run) => scoreAt(run, stepFor(run))));
  const gains = chosen.map((row, r) => row.map((score, s) => by.sign * (score - cells[r]![s]!.score)));
  const least = lastDigit(runs.map(({ score }) => score)) ** 2 / 6;
  const gainOf = (values: readonly number[]) => ({
    gain: mean(values),
    ...(isCrossed && step !== atEnd ? { gainInterval: intervalOf(values, least, confidence) } : {}),
  });
  const lastStep = Math.max(...runs.map((run) => run.onTheWay!.lastStep!));
  const seeds = [...new Set(seedsOf(runs))];
  const bySeed = seeds.map((seed) =>
    mean(cells.flatMap((row, r) => row.flatMap((run, s) => (run.seed === seed ? [gains[r]![s]!] : [])))),
  );
  return {
    points: {
      step: step === atEnd ? lastStep : step,
      lastStep,
      chosenBy: isCrossed ? "other-seeds" : "same-runs",
      confidence,
      ...(isCrossed ? gainOf(bySeed) : { gain: mean(gains.map(mean)) }),
      ranks: ranks.map(
        (rank, r): RankPoints => ({
          rank,
          curve: [...steps, atEnd].map((one) => ({
            step: one === atEnd ? Math.max(...cells[r]!.map((run) => run.onTheWay!.lastStep!)) : one,
            score: mean(cells[r]!.map((run) => scoreAt(run, one))),
          })),
          chosen: mean(chosen[r]!),
          last: mean(cells[r]!.map(({ score }) => score)),
          ...gainOf(gains[r]!),
        }),
      ),
    },
  };
}

/** Best scores on the way beside the last, where no steps are known; none if they are the same. */
export function bestAndLast({ ranks, cells }: ScoreDesign): Pick<PointsMembers, "bestOnTheWay"> {
  const runs = cells.flat();
  if (runs.some(({ onTheWay }) => onTheWay === undefined || onTheWay.points !== undefined)) return {};
  if (runs.every(({ onTheWay, score }) => onTheWay!.best === score)) return {};
  return {
    bestOnTheWay: ranks.map(
      (rank, r): BestAndLast => ({
        rank,
        best: mean(cells[r]!.map((run) => run.onTheWay!.best)),
        last: mean(cells[r]!.map(({ score }) => score)),
      }),
    ),
  };
}

function seedsOf(runs: readonly ScoredRun[]): number[] {
  return runs.flatMap(({ seed }) => seed ?? []);
}

/** Step with the best mean over the ranks. */
function stepBy(cells: readonly (readonly ScoredRun[])[], steps: readonly number[], by: Metric): number {
  const scored = steps.map((step) => ({
    step,
    score: mean(cells.map((row) => mean(row.map((run) => scoreAt(run, step))))),
  }));
  return bestStep(scored, by)!;
}

function scoreAt({ score, onTheWay }: ScoredRun, step: number): number {
  return step === atEnd ? score : onTheWay!.points!.find((point) => point.step === step)!.score;
}

/** Student's interval over seeds; `least` is the variance by rounding. */
function intervalOf(values: readonly number[], least: number, confidence: number): Interval {
  const centre = mean(values);
  const width = halfWidthOfMean(values, (1 - confidence) / 2, least);
  return [centre - width, centre + width];
}
