import { basename } from "node:path";
import { InputError } from "@lorank/core";
import { jsonFile } from "../files/json-file.ts";
import { filesBelow, findRuns, placedRun, type RunPlace } from "../files/run-pattern.ts";
import type { OfPlaces, ScoreFormat } from "../format.ts";
import { member } from "../rows/json-values.ts";
import { chooseScore, otherScores, type ScoreChoices } from "../scores/choose-score.ts";
import { type ReadScores, scoresOfFiles } from "../scores/read-scores.ts";

const stateFile = "trainer_state.json";

/** Last evaluation in the log by transformers' Trainer: TRL, Axolotl, LLaMA-Factory and Unsloth. */
export const trainerState: ScoreFormat = {
  recognises: (name) => name === stateFile,
  hasScores: () => true,
  read: trainerStateScores,
};

interface LoggedRun {
  readonly place: RunPlace;
  readonly file: string;
  readonly step: number;
  readonly evaluation: Readonly<Record<string, number>>;
}

function trainerStateScores(pattern: string, choices: ScoreChoices & OfPlaces): ReadScores {
  const places = findRuns(pattern);
  const logged = places.flatMap((place) => lastLog(place) ?? []);
  const keys = [...new Set(logged.flatMap(({ evaluation }) => Object.keys(evaluation)))];
  const scores = keys.filter((key) => !/runtime|_per_second|^(epoch|step|total_flos)$/.test(key));
  const score = chooseScore(scores, withPrefix(choices, scores), `the ${stateFile} of ${pattern}`);
  const found = logged.flatMap(({ evaluation, ...run }) => {
    const value = evaluation[score.column];
    return value === undefined ? [] : [placedRun(pattern, run, value, choices)];
  });
  const steps = logged.map(({ step }) => step);
  const [least, most] = [Math.min(...steps), Math.max(...steps)];
  const by = `of the last evaluation (step ${least === most ? least : `${least} to ${most}`})`;
  const read = scoresOfFiles(pattern, found, score, by);
  const without = places.length - found.length;
  return {
    ...read,
    notes: [
      ...read.notes,
      ...(without > 0 ? [`Left out ${without} of ${places.length}: without an evaluation.`] : []),
      ...otherScores("log", scores, score.column),
    ],
  };
}

/** Metric name with the `eval_` prefix: `--metric loss` means `eval_loss`. */
function withPrefix(choices: ScoreChoices, keys: readonly string[]): ScoreChoices {
  const prefixed = `eval_${choices.metric}`;
  return choices.metric !== undefined && keys.includes(prefixed) ? { ...choices, metric: prefixed } : choices;
}

/** Log with the most steps: the run's end, since checkpoints have earlier logs. */
function lastLog(place: RunPlace): LoggedRun | undefined {
  const files = filesBelow(place.path).filter((file) => basename(file) === stateFile);
  const logs = files.flatMap((file): LoggedRun[] => {
    const state = jsonFile(file);
    const history = member(state, "log_history");
    if (!Array.isArray(history)) {
      const got = history === undefined ? "nothing" : JSON.stringify(history).slice(0, 60);
      throw new InputError("E_DATA", `${file}: log_history must be an array, got ${got}`);
    }
    const last = history.findLast((entry) =>
      Object.keys(Object(entry)).some((key) => key.startsWith("eval_")),
    );
    if (last === undefined) return [];
    const numbers = Object.entries(last as object).filter(
      (entry): entry is [string, number] => entry[0].startsWith("eval_") && Number.isFinite(entry[1]),
    );
    const step = Number(member(last, "step") ?? member(state, "global_step") ?? 0);
    return [{ place, file, step, evaluation: Object.fromEntries(numbers) }];
  });
  return logs.sort((a, b) => b.step - a.step || a.file.length - b.file.length)[0];
}
