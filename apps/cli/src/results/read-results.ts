import { existsSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { readTextFile } from "@lorank/checkpoint/files";
import { InputError, isInputError, parseJson } from "@lorank/core";
import { decideResults } from "@lorank/evidence";
import { patternBelow, type ReadRuns, type ReadRunsOptions, readRuns as read } from "@lorank/evidence/node";
import { parseResults, type Results } from "@lorank/evidence/results";
import { sweepStatus } from "@lorank/sweep";
import type { Display } from "../output.ts";
import { progressLine } from "../progress/progress.ts";
import { wholeNumber } from "../text.ts";

/** Tells the results folder of a sweep, finished or not, from other folders and files. */
export function isSweepFolder(path: string): boolean {
  return ["results.json", "sweep.json"].some((name) => existsSync(join(path, name)));
}

/**
 * Reads the results that a folder or a file holds, and says which file that was.
 *
 * @throws InputError `E_RESULTS` when there are none, or when they are not results.
 */
export function readResults(path: string): { results: Results; file: string } {
  const file = resultsFile(path);
  try {
    return { results: decidedAnew(parseResults(jsonIn(file), file)), file };
  } catch (cause) {
    if (!isInputError(cause) || cause.code !== "E_RESULTS" || !isOfSweep(file)) throw cause;
    const advice = "Run the sweep again with the same command: it writes the file anew from its trials.";
    throw new InputError("E_RESULTS", `${cause.message}\n${advice}`, { cause });
  }
}

/** Results with the verdict of the present rule: files of an earlier schema are decided anew from their trials. */
function decidedAnew(results: Results): Results {
  return results.decision.earlier === undefined ? results : { ...results, decision: decideResults(results) };
}

/**
 * Says that a sweep which goes on has more trials than its results. Undefined for any other results, and where the folder
 * around them is damaged: they are whole.
 */
export function olderResultsNote(file: string, { trials }: Results): string | undefined {
  if (!isOfSweep(file)) return undefined;
  try {
    const { done, total, isComplete } = sweepStatus(dirname(file));
    if (isComplete || done <= trials.length) return undefined;
    return `These results are of ${trials.length} trials, from before the sweep went on: ${done} of ${total} are done. They are written anew when it ends.`;
  } catch (error) {
    if (isInputError(error)) return undefined;
    throw error;
  }
}

function jsonIn(file: string): unknown {
  try {
    const text = readTextFile(file);
    if (text.startsWith("PK\u0003\u0004"))
      throw new InputError(
        "E_RESULTS",
        `${file} must be a sweep's results or a table as text, got a zip archive\nOf a spreadsheet, save the sheet as CSV.`,
      );
    return parseJson(text, file, "E_RESULTS");
  } catch (cause) {
    if (isInputError(cause)) throw cause;
    const reason = (cause as Error).message;
    throw new InputError("E_RESULTS", `${file} must be a file that can be read: ${reason}`, { cause });
  }
}

/** Tells if the trials that it derives from lie beside it. */
function isOfSweep(file: string): boolean {
  return basename(file) === "results.json" && existsSync(join(dirname(file), "sweep.json"));
}

function resultsFile(path: string): string {
  if (!existsSync(path)) {
    throw new InputError(
      "E_RESULTS",
      `results must be a sweep's folder or its results.json, got ${path}, which is not there${trackerAdvice(path)}`,
    );
  }
  if (!statSync(path).isDirectory()) return path;
  const file = join(path, "results.json");
  if (existsSync(file)) return file;
  const advice = existsSync(join(path, "sweep.json"))
    ? "The sweep has not finished: run it again with the same command."
    : "It holds no sweep.";
  throw new InputError(
    "E_RESULTS",
    `results must be a folder with a results.json, got ${path}\n${advice}${trackerAdvice(path)}${patternAdvice([path])}`,
  );
}

/**
 * Advice on a folder with files of several runs, or on such files; empty for any other, and for one that cannot be looked
 * through. Arguments as of `patternBelow`.
 */
export function patternAdvice(paths: readonly string[], ofFiles?: boolean): string {
  try {
    const pattern = patternBelow(paths, ofFiles);
    return pattern === undefined ? "" : `\nRuns in files of their own are named by a pattern: '${pattern}'`;
  } catch (error) {
    if (isInputError(error)) return "";
    throw error;
  }
}

/** Advice to a person who names a tracker or its folder; empty for any other path. */
function trackerAdvice(path: string): string {
  if (!/^(wandb|mlflow|mlruns)$/i.test(basename(path))) return "";
  return "\nRuns of wandb and mlflow are read from a table that they export: lorank verdict runs.csv";
}

/** Reads runs of any trainer or evaluator, and shows how far it is. Returns and throws as `readRuns` of @lorank/evidence/node. */
export async function readRuns(
  paths: string | readonly string[],
  choices: ReadRunsOptions,
  display: Display,
): Promise<ReadRuns | undefined> {
  const progress = progressLine(display);
  try {
    return await read(paths, {
      ...choices,
      onRead: ({ source, lines, share }) => {
        const part = share === undefined ? "" : `, ${Math.floor(100 * share)} %`;
        progress.show(`reading ${source}: ${wholeNumber(lines)} lines${part}`);
      },
    });
  } finally {
    progress.end();
  }
}
