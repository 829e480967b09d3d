import { existsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { isInputError } from "@lorank/core";
import { type Claim, type CommandChange, claimsOf, nextSteps, type Results } from "@lorank/evidence/results";
import { type SweepStatus, sweepStatus } from "@lorank/sweep/folder";
import { flagWords } from "../flags/flag-names.ts";
import { flagsOf } from "../flags/setting.ts";
import { pathSettings, readKept, resumeWords } from "../settings/saved-settings.ts";
import { settingsOf } from "../settings/table.ts";
import { shellCommand, withoutFlags } from "../shell-command.ts";
import { resultsIn } from "./results-file.ts";
import type { StepDocument } from "./steps.ts";

/** Words after `lorank` to repeat a sweep in another folder; undefined if settings or file are gone. */
function anewWords(out: string): string[] | undefined {
  const saved = readKept(out);
  if (saved === undefined) return undefined;
  const { file, settings } = saved;
  const flags = new Set(flagsOf(settingsOf("sweep")).map(({ key }) => key));
  const keys = Object.keys(settings);
  const words = (typed: readonly string[]) =>
    typed.flatMap((key) => flagWords(key, pathSettings.has(key) ? fromHere(settings[key]) : settings[key]));
  if (file !== undefined && existsSync(file.path))
    return ["sweep", fromHere(file.path), ...words(keys.filter((key) => file.beside.includes(key)))];
  return keys.every((key) => flags.has(key)) ? ["sweep", ...words(keys)] : undefined;
}

/** Path relative to the working folder if below it; any other value unchanged. */
function fromHere<Value>(value: Value): Value | string {
  if (typeof value !== "string" || resolve(value) !== value) return value;
  const path = relative(process.cwd(), value);
  return path === "" || path.startsWith("..") ? value : path;
}

/** Tells if the folder's sweep runs with `--until`, and so chooses how many seeds to run. */
function isUntil(out: string): boolean {
  return readKept(out)?.settings.until !== undefined;
}

/**
 * Next steps for a sweep's folder: to resume while trials are missing, else by the results. Empty while a process runs
 * the sweep.
 *
 * @param results undefined if the folder has no readable results.
 * @param status of the folder, if already read.
 */
export function stepsIn(out: string, results: Results | undefined, status = statusIn(out)): StepDocument[] {
  if (status?.driver !== undefined) return [];
  const folder = dirname(join(out, "results.json"));
  return nextSteps(claimsIn(results, status)).map(({ kind, words, change }) => {
    // Results outside a sweep's folder get no command: none changes another trainer.
    const command = change && status && commandOf(change, folder);
    return { kind, words, ...(command === undefined ? {} : { command }) };
  });
}

function claimsIn(results: Results | undefined, status: SweepStatus | undefined): readonly Claim[] {
  if (status === undefined) return results === undefined ? [] : claimsOf(results);
  const { done, total, isComplete } = status;
  return isComplete && results !== undefined
    ? claimsOf(results)
    : [{ kind: "resume", topic: "next", done, total }];
}

/** Next steps by status; results are read only for a complete sweep. */
export async function stepsAfter(out: string, status: SweepStatus): Promise<StepDocument[]> {
  return stepsIn(out, status.isComplete ? await finishedResults(out) : undefined, status);
}

/** Complete sweep's results; undefined if damaged, since a resumed sweep writes them again. */
async function finishedResults(out: string): Promise<Results | undefined> {
  const results = orUndefined(() => resultsIn(join(out, "results.json")));
  if (results?.decision.earlier === undefined) return results;
  const { readResults } = await import("./read-results.ts");
  return orUndefined(() => readResults(out).results);
}

/** Folder's status; undefined outside a sweep's folder, and for a damaged folder. */
function statusIn(out: string): SweepStatus | undefined {
  return existsSync(join(out, "sweep.json")) ? orUndefined(() => sweepStatus(out)) : undefined;
}

/** Command for a next step's change; undefined if the folder lacks the sweep's settings. */
function commandOf({ flags, sweep }: CommandChange, out: string): string | undefined {
  if (sweep === "as-it-is") return shellCommand([...resumeWords(out), ...flags.flat()]);
  if (orUndefined(() => readKept(out)) === undefined) return undefined;
  const named = flags.map(([flag, ...value]) => [
    flag === "--seeds" && isUntil(out) ? "--max-seeds" : flag,
    ...value,
  ]);
  if (sweep === "extended") return shellCommand([...resumeWords(out), ...named.flat(), "--extend"]);
  const words = anewWords(out);
  if (words === undefined) return undefined;
  const all = [...named, ["--out", freeFolder(out)]];
  const changed = flagsOf(settingsOf("sweep")).filter(({ key }) => all.some(([flag]) => flag === `--${key}`));
  return shellCommand([...withoutFlags(words, changed), ...all.flat()]);
}

function freeFolder(out: string): string {
  let number = 2;
  while (existsSync(`${out}-${number}`)) number++;
  return `${out}-${number}`;
}

function orUndefined<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (isInputError(error) && error.code !== "E_FILE") return undefined; // an unreadable file may be whole
    throw error;
  }
}
