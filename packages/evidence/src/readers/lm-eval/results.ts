import { basename } from "node:path";
import { jsonFile } from "../files/json-file.ts";
import { filesBelow, findRuns, placedRun, type RunPlace } from "../files/run-pattern.ts";
import { chosenName, type OfPlaces, type ScoreFormat } from "../format.ts";
import { member, wholeIn } from "../rows/json-values.ts";
import { chooseScore, marginProblem, type ScoreChoices } from "../scores/choose-score.ts";
import { type ReadScores, scoresOfFiles } from "../scores/read-scores.ts";
import { rankOfResults } from "./samples.ts";

const resultsFile = /^results_\d{4}-.*\.json$/;

interface TaskOfRun {
  readonly place: RunPlace;
  readonly file: string;
  readonly results: unknown;
  readonly task: string;
  /** Run averages by metric and filter: `exact_match,strict-match`. */
  readonly values: ReadonlyMap<string, number>;
}

/**
 * Run averages by lm-evaluation-harness 0.4, `results_<date>.json`: the newest for a task. Reading throws `E_OUTCOMES`
 * for an open choice of task or filter.
 *
 * Source: EvaluationTracker.save_results_aggregated() in https://github.com/EleutherAI/lm-evaluation-harness
 */
export const lmEvalAverages: ScoreFormat = {
  recognises: (name) => resultsFile.test(name),
  hasScores: (pattern) => findRuns(pattern).some((place) => tasksOf(place).length > 0),
  read: lmEvalScores,
};

function lmEvalScores(pattern: string, choices: ScoreChoices & OfPlaces): ReadScores {
  const all = findRuns(pattern).flatMap(tasksOf);
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
  const scored = found.flatMap(({ values, results, ...run }) => {
    const value = values.get(key);
    if (value === undefined) return [];
    const { arms } = choices;
    return [{ ...placedRun(pattern, run, value, { arms, known: rankOfResults(results) }), results }];
  });
  const counts = scored.flatMap(
    ({ results }) => wholeIn(member(results, "n-samples", task, "effective")) ?? [],
  );
  const read = scoresOfFiles(pattern, scored, { ...score, column: key }, `of the task ${task}, as averages`);
  return {
    ...{ ...read, ...score },
    ...(counts.length > 0 && counts.length === scored.length ? { examples: Math.min(...counts) } : {}),
    notes: [
      ...read.notes,
      "With --log_samples lm-eval keeps each example; a verdict on these can be sharper.",
    ],
  };
}

/** Tasks in a run, each from the newest file. */
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

/** Better side for a metric, if the harness names it. */
function sideIn(found: readonly TaskOfRun[], metric: string): ScoreChoices["better"] {
  const isHigher = found.map(({ results, task }) => member(results, "higher_is_better", task, metric))[0];
  return typeof isHigher === "boolean" ? (isHigher ? "higher" : "lower") : undefined;
}
