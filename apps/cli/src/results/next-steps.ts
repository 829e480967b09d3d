import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { isInputError } from "@lorank/core";
import {
  type CommandChange,
  claimsOf,
  nextSteps,
  type Results,
  type StepKind,
} from "@lorank/evidence/results";
import { type SweepStatus, sweepStatus } from "@lorank/sweep";
import type { Output } from "../output.ts";
import { anewWords, isUntil } from "../settings/anew-words.ts";
import { withoutFlags } from "../settings/command-words.ts";
import { readKept, resumeWords, shellCommand } from "../settings/saved-settings.ts";
import { flagsOf } from "../settings/table.ts";
import { plainText, wrap } from "../text.ts";
import { readResults } from "./read-results.ts";

/** A next step as documents and pages have it. */
export interface StepDocument {
  readonly kind: StepKind;
  readonly words: string;
  /** Ready to be pasted; absent where no command does the step. */
  readonly command?: string;
}

/** Next steps of a decision on runs without a sweep's folder: no command of ours changes their trainer's. */
export function stepsOf(found: Parameters<typeof claimsOf>[0]): StepDocument[] {
  return nextSteps(claimsOf(found)).map(({ kind, words }) => ({ kind, words }));
}

/**
 * Next steps of the sweep in a folder: those of its results, and while trials are missing, to go on. None while a process runs it.
 *
 * @param results of that folder, if they have been read.
 * @param status of that folder, if it has been read.
 */
export function stepsIn(out: string, results?: Results, status = statusIn(out)): StepDocument[] {
  if (status === undefined) return results === undefined ? [] : stepsOf(results);
  if (status.driver !== undefined) return [];
  const { done, total, isComplete } = status;
  const found = isComplete ? (results ?? resultsIn(out)) : undefined;
  const claims =
    found === undefined ? [{ kind: "resume", topic: "next", done, total } as const] : claimsOf(found);
  const folder = dirname(join(out, "results.json"));
  return nextSteps(claims).map(({ kind, words, change }) => {
    const command = change && commandOf(change, folder);
    return { kind, words, ...(command === undefined ? {} : { command }) };
  });
}

/** Prints next steps, each with its command. */
export function printSteps(steps: readonly StepDocument[], { print, columns }: Output): void {
  for (const line of stepLines(steps, columns)) print(line);
}

/** Lines of next steps, each with its command, which stays in one line. Numbered if there are several. */
export function stepLines(steps: readonly StepDocument[], columns: number): string[] {
  const width = Math.min(columns, 100);
  const commandLines = ({ command }: StepDocument): string[] =>
    command === undefined ? [] : [`   ${plainText(command)}`];
  const [only] = steps;
  if (only === undefined) return [];
  if (steps.length === 1) return [...wrap(`Next: ${only.words}`, width).split("\n"), ...commandLines(only)];
  return [
    "Next, in this order:",
    ...steps.flatMap((step, i) => [
      ...wrap(`${i + 1}. ${step.words}`, width - 3)
        .split("\n")
        .map((line, row) => (row === 0 ? line : `   ${line}`)),
      ...commandLines(step),
    ]),
  ];
}

/** The member `next` of a document: the first command of next steps; absent without one. */
export function firstCommand(steps: readonly StepDocument[]): { readonly next?: string } {
  const next = steps.find(({ command }) => command !== undefined)?.command;
  return next === undefined ? {} : { next };
}

/** Undefined for results that lie in no sweep's folder, and in a damaged one: they are whole. */
function statusIn(out: string): SweepStatus | undefined {
  return existsSync(join(out, "sweep.json")) ? orUndefined(() => sweepStatus(out)) : undefined;
}

/** Undefined where they are damaged: the sweep, run again, writes them anew. */
function resultsIn(out: string): Results | undefined {
  return orUndefined(() => readResults(out).results);
}

/** Undefined where the folder's settings do not tell the settings of the sweep. */
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
  const changed = flagsOf("sweep").filter(({ key }) => all.some(([flag]) => flag === `--${key}`));
  return shellCommand([...withoutFlags(words, changed), ...all.flat()]);
}

/** `out-2`, or the next number that is no folder yet. */
function freeFolder(out: string): string {
  let number = 2;
  while (existsSync(`${out}-${number}`)) number++;
  return `${out}-${number}`;
}

function orUndefined<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (isInputError(error)) return undefined;
    throw error;
  }
}
