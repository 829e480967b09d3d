import type { Rows } from "./rows.ts";

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

/** Names that choose among several outcomes of an example, or several files of a run. */
export interface OutcomeChoices {
  /** A filter of lm-evaluation-harness. */
  readonly filter?: string;
  /** A metric of lm-evaluation-harness or lighteval, a scorer of Inspect, or a named score of promptfoo. */
  readonly score?: string;
  /** A task, where a run has a file for each of several. */
  readonly task?: string;
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
  /** The rank that is known by the evaluator, where neither path nor adapter says it. */
  rankOf?(path: string): number | undefined;
  /** Gives all outcomes of a file to `rows`. Throws InputError for what it cannot read. */
  read(path: string, rows: Rows, options: ReadingOptions): Promise<void>;
}
