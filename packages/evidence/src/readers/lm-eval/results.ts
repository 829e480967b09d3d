import { basename } from "node:path";
import { filesBelow, findRuns, type RunPlace, rankOfRun } from "../files/run-pattern.ts";
import { chosenName } from "../format.ts";
import { jsonFile, member, wholeIn } from "../rows/json-values.ts";
import { chooseScore, marginProblem, type ScoreChoices } from "../scores/choose-score.ts";
import { assertOnlySeedsInPaths, type PlacedRun, scoredRun } from "../scores/placed-run.ts";
import type { ReadScores } from "../scores/run-table.ts";
import { inOneUnit } from "../scores/units.ts";
import { rankOfResults } from "./samples.ts";

/** Names of files with averages of lm-evaluation-harness. */
export const resultsFile = /^results_\d{4}-.*\.json$/;

/** The averages of one task of a run. */
interface TaskOfRun {
  readonly place: RunPlace;
  readonly file: string;
  readonly results: unknown;
  readonly task: string;
  /** Values by metric and filter: `exact_match,strict-match`. */
  readonly values: ReadonlyMap<string, number>;
}

/**
 * Reads the averages that lm-evaluation-harness 0.4 wrote of each run of a pattern: `results_<date>.json`, the newest of a
 * task. Throws as `readScores`, and `E_OUTCOMES` for an open choice of the task or of its filter.
 *
 * Source: EvaluationTracker.save_results_aggregated() of https://github.com/EleutherAI/lm-evaluation-harness
 */
export function lmEvalScores(pattern: string, choices: ScoreChoices): ReadScores {
  const all = tasksOfRuns(pattern);
  const task = chosenName(
    "--task",
    pattern,
    all.map((one) => one.task),
    choices.task,
  );
  const found = all.filter((one) => one.task === task);
  const keys = [...new Set(found.flatMap(({ values }) => [...values.keys()]))];
  const metrics = [...new Set(keys.map((key) => key.split(",")[0]!))];
  const better = choices.better ?? sideIn(found, choices.metric ?? metrics[0]!);
  const score = chooseScore(metrics, { ...choices, better }, `the results of ${pattern}`);
  const filters = keys.flatMap((key) => (key.startsWith(`${score.column},`) ? key.split(",")[1]! : []));
  const others = marginProblem(score.metric, choices);
  const key = `${score.column},${chosenName("--filter", pattern, filters, choices.filter, others)}`;
  const scored = found.filter(({ values }) => values.has(key));
  const seeded = scored.every(({ place }) => place.seed !== undefined);
  const counts = scored.flatMap(
    ({ results }) => wholeIn(member(results, "n-samples", task, "effective")) ?? [],
  );
  const placed = scored.map(
    (one): PlacedRun => ({
      rank: rankOfRun(pattern, one.place, one.file, rankOfResults(one.results)),
      ...(seeded ? { seed: one.place.seed! } : {}),
      score: one.values.get(key)!,
      place: one.file,
    }),
  );
  assertOnlySeedsInPaths(placed, pattern);
  const { runs, wasPercent } = inOneUnit(placed, score.metric, pattern);
  return {
    runs: runs.map(scoredRun),
    ...(counts.length > 0 && counts.length === runs.length ? { examples: Math.min(...counts) } : {}),
    ...score,
    files: placed.map(({ place }) => place),
    notes: [
      `Read ${runs.length} runs of ${pattern}: ${key}${wasPercent ? ", in percent," : ""} of the task ${task}, as averages.`,
      "With --log_samples lm-eval keeps each example; a verdict on these can be sharper.",
    ],
  };
}

/** The tasks of all runs of a pattern. */
export function tasksOfRuns(pattern: string): TaskOfRun[] {
  return findRuns(pattern).flatMap(tasksOf);
}

/** The tasks of a run, each from the newest file that has it. */
function tasksOf(place: RunPlace): TaskOfRun[] {
  const tasks = new Map<string, TaskOfRun>();
  for (const file of filesBelow(place.path)) {
    if (!resultsFile.test(basename(file))) continue;
    const results = jsonFile(file);
    for (const [task, row] of Object.entries(Object(member(results, "results")))) {
      const values = new Map(
        Object.entries(Object(row) as Record<string, unknown>).filter(
          (entry): entry is [string, number] =>
            Number.isFinite(entry[1]) && entry[0].includes(",") && !entry[0].includes("_stderr,"),
        ),
      );
      if (values.size > 0) tasks.set(task, { place, file, results, task, values });
    }
  }
  return [...tasks.values()];
}

/** The better side of a metric, where the harness says it. */
function sideIn(found: readonly TaskOfRun[], metric: string): ScoreChoices["better"] {
  const isHigher = found.map(({ results, task }) => member(results, "higher_is_better", task, metric))[0];
  return typeof isHigher === "boolean" ? (isHigher ? "higher" : "lower") : undefined;
}
