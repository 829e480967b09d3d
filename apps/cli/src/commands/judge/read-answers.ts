import { statSync } from "node:fs";
import { InputError } from "@lorank/core";
import {
  type ReadAnswersOptions,
  type RunOfAnswers,
  type RunPlace,
  readAnswers,
} from "@lorank/evidence/node";
import type { Answer } from "@lorank/judge";
import { flagOf } from "../../flags/flag-names.ts";
import { readResults } from "../../results/read-results.ts";
import { patternAdvice } from "../../results/read-runs.ts";

export interface RunAnswers extends Omit<RunOfAnswers, "answers"> {
  readonly answers: readonly Answer[];
  /** Number of each answer's group, where examples are not independent. */
  readonly groups?: readonly number[];
}

/** Answers that a sweep's trials generated. Throws InputError `E_ANSWERS` without any; `E_RESULTS` as `readResults`. */
export function sweepAnswers(path: string): readonly RunAnswers[] {
  const { results, file } = readResults(path);
  const { questions = [], validationGroups: groups } = results.data;
  const runs = results.trials.flatMap(({ spec, evaluation }): RunAnswers[] => {
    const { answers } = evaluation ?? {};
    if (answers === undefined) return [];
    const named = answers.map(({ text, cut }, i) => ({
      ...{ example: String(i + 1), ...questions[i]!, answer: text },
      ...(cut ? { finish: "length" } : {}),
    }));
    return [{ file, rank: spec.lora.rank, seed: spec.seed, answers: named, ...(groups ? { groups } : {}) }];
  });
  if (runs.length > 0) return runs;
  const advice = "lorank sweep --metric equals has trials generate answers.";
  throw new InputError("E_ANSWERS", `${file} must have generated answers, got none\n${advice}`);
}

export async function answersIn(
  place: RunPlace,
  options: ReadAnswersOptions,
): Promise<readonly RunAnswers[]> {
  const { path } = place;
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new InputError(
      "E_ANSWERS",
      `answers must be a file, got the folder ${path}${patternAdvice([path], true)}`,
    );
  return readAnswers(place, { ...options, optionName: flagOf });
}
