import { existsSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { InputError, isInputError } from "@lorank/core";
import { decideResults } from "@lorank/evidence";
import type { Results } from "@lorank/evidence/results";
import { sweepStatus } from "@lorank/sweep/folder";
import { patternAdvice } from "./read-runs.ts";
import { isOfSweep, resultsIn } from "./results-file.ts";

/** Reads results from a folder or file, and names the file. Throws `E_RESULTS` for missing or invalid results. */
export function readResults(path: string): { results: Results; file: string } {
  const file = resultsFile(path);
  return { results: decidedAnew(resultsIn(file)), file };
}

/** Results, decided again from the trials if they come from an earlier schema version. */
function decidedAnew(results: Results): Results {
  return results.decision.earlier === undefined ? results : { ...results, decision: decideResults(results) };
}

/** Note that a resumed sweep has more trials than these results; undefined otherwise, or for a damaged folder. */
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

function trackerAdvice(path: string): string {
  if (!/^(wandb|mlflow|mlruns)$/i.test(basename(path))) return "";
  return "\nRuns of wandb and mlflow are read from a table that they export: lorank verdict runs.csv";
}
