import { statSync } from "node:fs";
import { basename, extname } from "node:path";
import { InputError } from "@lorank/core";
import { headOf } from "./files/read-lines.ts";
import { filesBelow, findRuns } from "./files/run-pattern.ts";
import type { FileStart, OutcomeFormat, ScoreFormat } from "./format.ts";
import { inspect } from "./inspect/inspect.ts";
import { lighteval } from "./lighteval/lighteval.ts";
import { lmEvalAverages } from "./lm-eval/results.ts";
import { lmEval } from "./lm-eval/samples.ts";
import { plain } from "./plain.ts";
import { promptfoo } from "./promptfoo/promptfoo.ts";
import { trainerState } from "./trainer-state/trainer-state.ts";

/** Outcome formats; the first to recognise a file reads it. */
const outcomeFormats: readonly OutcomeFormat[] = [lmEval, inspect, promptfoo, lighteval, plain];

/** Score formats; the first to recognise a file reads all. */
const scoreFormats: readonly ScoreFormat[] = [trainerState, lmEvalAverages];

/**
 * Format of a file; undefined without outcomes.
 *
 * @throws InputError `E_DATA` for a named pipe or device, which might never end.
 */
export function formatOf(path: string, isNamed: boolean): OutcomeFormat | undefined {
  const stats = path === "-" ? undefined : statSync(path, { throwIfNoEntry: false });
  if (stats !== undefined && !stats.isFile() && !stats.isDirectory()) {
    if (!isNamed) return undefined;
    const advice = "Where - is named, standard input is read.";
    throw new InputError("E_DATA", `${path} must be a file, got a pipe or device\n${advice}`);
  }
  let head: string | undefined;
  const start: FileStart = {
    ...{ path, isNamed },
    name: basename(path),
    extension: extname(path).toLowerCase(),
    head: () => (head ??= headOf(path, 4096)),
  };
  return outcomeFormats.find((format) => format.recognises(start));
}

export function scoreFormatOf(pattern: string): ScoreFormat | undefined {
  const names = findRuns(pattern).flatMap(({ path }) => filesBelow(path).map((file) => basename(file)));
  return scoreFormats.find((format) => names.some((name) => format.recognises(name)));
}
