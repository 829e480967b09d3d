import { InputError } from "@lorank/core";
import type { PlacedArms } from "./files/run-pattern.ts";
import type { OutcomeChoices } from "./rows/row-choices.ts";
import type { Rows } from "./rows/rows.ts";
import type { ScoreChoices } from "./scores/choose-score.ts";
import type { ReadScores } from "./scores/read-scores.ts";

/** Facts that tell a file's format. */
export interface FileStart {
  readonly path: string;
  /** File name without folders. */
  readonly name: string;
  /** Extension in lower case: `.jsonl`. */
  readonly extension: string;
  /** True if the user named the file, false if it was found below a folder. */
  readonly isNamed: boolean;
  /** Reads the first 4 KiB as Latin-1, once. */
  head(): string;
}

export interface ReadingOptions {
  readonly choices: OutcomeChoices;
  readonly stdin: AsyncIterable<Uint8Array>;
  /** Progress callback; `share` read from the file, if the size is known. */
  readonly onRows?: (rows: number, share?: number) => void;
}

export interface OutcomeFormat {
  readonly name: string;
  /** Word for a row in messages: `line`. */
  readonly unit: string;
  recognises(start: FileStart): boolean;
  /** Evaluation task that a file's name tells. */
  taskOf?(name: string): string | undefined;
  /** Passes outcomes to `rows`, with the rank if the evaluator knows it. @throws InputError if unreadable. */
  read(path: string, rows: Rows, options: ReadingOptions): Promise<void>;
}

export interface OfPlaces {
  readonly arms?: PlacedArms | undefined;
}

/** Files with a score for each run, below folders that fit a pattern. */
export interface ScoreFormat {
  recognises(name: string): boolean;
  hasScores(pattern: string): boolean;
  /** Reads scores; `arms` number the arms that paths name. @throws as `readScores`. */
  read(pattern: string, choices: ScoreChoices & OfPlaces): ReadScores;
}

/**
 * Chosen name for a flag, or the only name there. Of several chosen ones, separated by commas, a file has one: tasks of
 * a suite differ in their scores.
 *
 * @param others further problems for the error
 * @throws InputError `E_OUTCOMES`, with the list, for an unknown name, and for several without a choice.
 */
export function chosenName(
  flag: string,
  file: string,
  names: Iterable<string>,
  chosen?: string,
  others: readonly string[] = [],
): string {
  const there = [...new Set(names)].sort();
  const taken = chosen ?? (there.length === 1 ? there[0] : undefined);
  if (taken !== undefined && there.includes(taken)) return taken;
  const [one, ...more] = chosenNames(chosen).filter((name) => there.includes(name));
  if (one !== undefined && more.length === 0) return one;
  const listed = there.length > 20 ? [...there.slice(0, 20), `${there.length - 20} more`] : there;
  const rule =
    there.length === 0 ? "be left out, as there is no such name" : `be one of ${listed.join(", ")}`;
  const problem = `${flag} must ${rule} in ${file}, got ${chosen ?? "none"}`;
  throw new InputError("E_OUTCOMES", [problem, ...others].join("\n"));
}

/** Names in a choice, separated by commas. */
export function chosenNames(chosen = ""): readonly string[] {
  return chosen.split(",").map((name) => name.trim());
}
