import { basename } from "node:path";
import { InputError } from "@lorank/core";
import { jsonFile } from "../files/json-file.ts";
import { filesBelow, findRuns, placedRun, type RunPlace } from "../files/run-pattern.ts";
import type { OfPlaces, ScoreFormat } from "../format.ts";
import { member } from "../rows/json-values.ts";
import { chooseScore, otherScores, type ScoreChoices } from "../scores/choose-score.ts";
import { onTheWay } from "../scores/on-the-way.ts";
import { type ReadScores, scoresOfFiles } from "../scores/read-scores.ts";

const stateFile = "trainer_state.json";

/** Evaluations in the log by transformers' Trainer: TRL, Axolotl, LLaMA-Factory and Unsloth. */
export const trainerState: ScoreFormat = {
  recognises: (name) => name === stateFile,
  hasScores: () => true,
  read: trainerStateScores,
};

interface LoggedRun {
  readonly place: RunPlace;
  readonly file: string;
  readonly step: number;
  readonly evaluation: Scores;
  /** All evaluations in the log, the last included. */
  readonly all: readonly { readonly step: number; readonly evaluation: Scores }[];
}

type Scores = Readonly<Record<string, number>>;

function trainerStateScores(pattern: string, choices: ScoreChoices & OfPlaces): ReadScores {
  const places = findRuns(pattern);
  const logged = places.flatMap((place) => lastLog(place) ?? []);
  const keys = [...new Set(logged.flatMap(({ evaluation }) => Object.keys(evaluation)))];
  const scores = keys.filter((key) => !/runtime|_per_second|^(epoch|step|total_flos)$/.test(key));
  const score = chooseScore(scores, withPrefix(choices, scores), `the ${stateFile} of ${pattern}`);
  const found = logged.flatMap(({ evaluation, all, ...run }) => {
    const value = evaluation[score.column];
    if (value === undefined) return [];
    const points = new Map(
      all.flatMap(({ step, evaluation: { [score.column]: own } }) =>
        own === undefined ? [] : [[step, own]],
      ),
    );
    const earlier = [...points].map(([step, score]) => ({ step, score }));
    const way = onTheWay(earlier, { step: run.step, score: value }, score.metric);
    return [{ ...placedRun(pattern, run, value, choices), ...way }];
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
    const all = history
      .filter((entry) => Object.keys(Object(entry)).some((key) => key.startsWith("eval_")))
      .map((entry: object) => ({
        step: Number(member(entry, "step") ?? member(state, "global_step") ?? 0),
        evaluation: scoresIn(entry),
      }));
    const last = all.at(-1);
    return last === undefined ? [] : [{ place, file, ...last, all }];
  });
  return logs.sort((a, b) => b.step - a.step || a.file.length - b.file.length)[0];
}

function scoresIn(entry: object): Scores {
  const numbers = Object.entries(entry).filter(
    ([key, value]) => key.startsWith("eval_") && Number.isFinite(value),
  );
  return Object.fromEntries(numbers);
}
