/** Reads results.json. No statistics are loaded here, since `status` uses it. */
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { readTextFile } from "@lorank/checkpoint/disk";
import { InputError, isInputError, parseJson } from "@lorank/core";
import { parseResults } from "@lorank/evidence/parse";
import type { Results } from "@lorank/evidence/results";

/** Tests for a sweep's results folder, finished or not. */
export function isSweepFolder(path: string): boolean {
  return ["results.json", "sweep.json"].some((name) => existsSync(join(path, name)));
}

/** Reads results; an earlier schema's decision is left as it is (`decision.earlier`). Throws `E_RESULTS`. */
export function resultsIn(file: string): Results {
  try {
    return parseResults(jsonIn(file), file);
  } catch (cause) {
    if (!isInputError(cause) || cause.code !== "E_RESULTS" || !isOfSweep(file)) throw cause;
    const advice = "Run the sweep again with the same command: it writes the file anew from its trials.";
    throw new InputError("E_RESULTS", `${cause.message}\n${advice}`, { cause });
  }
}

/** Tests if the file lies beside a sweep's trials. */
export function isOfSweep(file: string): boolean {
  return basename(file) === "results.json" && existsSync(join(dirname(file), "sweep.json"));
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
