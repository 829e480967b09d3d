import { existsSync } from "node:fs";
import { evaluationOf, type RunOfRows, readRun } from "@lorank/evidence/node";
import type { MetricName } from "@lorank/evidence/schema";
import type { PointScores } from "../plan/events.ts";
import { readExamples } from "./example-files.ts";
import { pointFolders } from "./points.ts";

interface PointsToFollow {
  /** Outcomes file in a point's folder. Throws if there is none. */
  readonly outcomesIn: (folder: string) => string;
  readonly run: RunOfRows;
  readonly metric: MetricName;
  /** File with the examples of the first finished run, if there is one. */
  readonly reference: string;
  /** Last step that the command has logged so far; undefined if none. */
  readonly lastStep: () => number | undefined;
  readonly onPoint: (point: PointScores) => void;
}

/**
 * Follows a running command's evaluations on the way: reports each once, ascending by step. A point counts as whole once
 * the command has logged a later step, or written a later point. It must have as many examples as finished runs.
 *
 * @returns `stop`, which resolves when no more is reported.
 */
export function followPoints(
  attempt: string,
  points: PointsToFollow,
  msBetweenLooks = 1000,
): { readonly stop: () => Promise<void> } {
  let reported = -1;
  let hasStopped = false;
  const look = async (): Promise<void> => {
    const folders = pointFolders(attempt);
    const lastStep = Math.max(points.lastStep() ?? -1, folders.at(-1)?.step ?? -1);
    for (const { step, folder } of folders) {
      if (step <= reported || step >= lastStep) continue;
      const scores = await scoresOf(folder, points);
      if (hasStopped) return;
      reported = step;
      points.onPoint({ step, ...scores });
    }
  };
  // What cannot be read is tried again: it may be unfinished, and the end of the command reports what is wrong.
  let looking: Promise<void> | undefined;
  const timer = setInterval(() => {
    looking ??= look()
      .catch(() => {})
      .finally(() => {
        looking = undefined;
      });
  }, msBetweenLooks);
  return {
    stop: async () => {
      hasStopped = true;
      clearInterval(timer);
      await looking;
    },
  };
}

/** Scores of one point; the first finished run's examples are read, but not decided. */
async function scoresOf(
  folder: string,
  { outcomesIn, run, metric, reference }: PointsToFollow,
): Promise<Omit<PointScores, "step">> {
  const outcomes = await readRun(outcomesIn(folder), run, metric);
  const known = existsSync(reference) ? readExamples(reference)?.examples.length : undefined;
  const { length } = outcomes.examples;
  if (known !== undefined && known !== length)
    throw new Error(`${folder} has ${length} of ${known} examples`);
  const all = outcomes.examples.map((_, i) => i);
  const { accuracy, logLoss } = evaluationOf(outcomes, all);
  return { accuracy, ...(logLoss === undefined ? {} : { logLoss }) };
}
