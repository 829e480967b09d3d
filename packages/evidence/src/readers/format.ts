import { InputError } from "@lorank/core";
import type { OutcomeChoices } from "./rows/row-choices.ts";
import type { Rows } from "./rows/rows.ts";
import type { ScoreChoices } from "./scores/choose-score.ts";
import type { ReadScores } from "./scores/read-scores.ts";

/** Facts that tell the format of a file. */
export interface FileStart {
  readonly path: string;
  /** Its name without folders. */
  readonly name: string;
  /** Its extension in lower case: `.jsonl`. */
  readonly extension: string;
  /** True of a file that was named itself, and false of one that was found below a folder. */
  readonly isNamed: boolean;
  /** Its first 4 KiB as Latin-1, read when first needed. */
  head(): string;
}

/** Reading of one file. */
export interface ReadingOptions {
  readonly choices: OutcomeChoices;
  /** Standard input, for `-`. */
  readonly stdin: AsyncIterable<Uint8Array>;
  /** Is called as rows are read; `share` of the file, where its size is known. */
  readonly onRows?: (rows: number, share?: number) => void;
}

/** Files of one evaluator. */
export interface OutcomeFormat {
  /** For messages and documents. */
  readonly name: string;
  /** Unit of a row, for messages: `line`. */
  readonly unit: string;
  recognises(start: FileStart): boolean;
  /** The task that a file's name says. */
  taskOf?(name: string): string | undefined;
  /**
   * Gives all outcomes of a file to `rows`, with the rank that the evaluator knows, if any. Throws InputError for what it cannot
   * read.
   */
  read(path: string, rows: Rows, options: ReadingOptions): Promise<void>;
}

/** Files with a score for each run, below the folders of a pattern. */
export interface ScoreFormat {
  /** Tells a file with scores by its name without folders. */
  recognises(name: string): boolean;
  /** Tells if the files of a pattern's runs, which were recognised, hold scores. */
  hasScores(pattern: string): boolean;
  /** Throws as `readScores`. */
  read(pattern: string, choices: ScoreChoices): ReadScores;
}

/**
 * Takes the chosen one of several names, or the only one.
 *
 * @param others further problems, which an error says too.
 * @throws InputError `E_OUTCOMES` for a name that is not there, and for several of which none is chosen; it lists them.
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
  const listed = there.length > 20 ? [...there.slice(0, 20), `${there.length - 20} more`] : there;
  const rule =
    there.length === 0 ? "be left out, as there is no such name" : `be one of ${listed.join(", ")}`;
  const problem = `${flag} must ${rule} in ${file}, got ${chosen ?? "none"}`;
  throw new InputError("E_OUTCOMES", [problem, ...others].join("\n"));
}
