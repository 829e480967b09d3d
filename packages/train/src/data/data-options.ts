import { counted } from "@lorank/core";
import { type Delimiter, type Quote, standardInput, type TextEncoding } from "@lorank/tables";
import type { LabelledText } from "./tokenize-classification.ts";

/** A row in memory: a text and its label, or a prompt and a response, by column. */
export type DataRow = Readonly<Record<string, unknown>>;

/** Labelled texts whose parts are named already. */
export interface LabelledParts {
  readonly name: string;
  readonly train: readonly LabelledText[];
  readonly validation: readonly LabelledText[];
  readonly test: readonly LabelledText[];
}

/** The choice of test examples. */
interface TestOptions {
  /** 0: none. (default: of `testData` all, else none) */
  readonly testExamples?: number | undefined;
  /** A file of test examples, with the columns of the data. */
  readonly testData?: string | undefined;
}

/** The data to learn from: labelled texts or instructions. */
export interface DataOptions extends TestOptions {
  /**
   * Rows; a `.csv`, `.tsv`, `.txt`, `.json`, `.jsonl`, `.ndjson` or `.parquet` file, or `-` for standard input; or labelled
   * texts in parts.
   */
  readonly data: string | readonly DataRow[] | LabelledParts;
  /** Encoding of the text files. (default: found from their bytes, and noted) */
  readonly encoding?: TextEncoding | undefined;
  /** The delimiter of the files' cells. (default: found from the header, and noted) */
  readonly delimiter?: Delimiter | undefined;
  /** `none`: a quote encloses no cell, and each is a character. (default: `double`) */
  readonly quote?: Quote | undefined;
  /** Leave rows out that lack a text, a label, a prompt, a response or a group. (default: they are an error) */
  readonly skipInvalid?: boolean | undefined;
  /** (default: that of the columns in these options, or of the names of the columns) */
  readonly task?: "classification" | "instruction" | undefined;
  /** Columns (default: the first with a common name) */
  readonly textColumn?: string | undefined;
  readonly labelColumn?: string | undefined;
  readonly promptColumn?: string | undefined;
  readonly responseColumn?: string | undefined;
  /** A column with whole conversations. */
  readonly messagesColumn?: string | undefined;
  /**
   * The column that says which document, thread or person an example comes from; `none`: there is none. (default: `group`,
   * where that names ten groups or more)
   */
  readonly groupColumn?: string | undefined;
  /** A text with {prompt} and {response} in it. (default: the model's chat template) */
  readonly template?: string | undefined;
  /** (default: all that are not set aside) */
  readonly trainExamples?: number | undefined;
  /** (default: those that `split` names, or a fifth) */
  readonly validationExamples?: number | undefined;
  /** Take labels for one class that differ only in case or in spaces around them. (default: each is its own) */
  readonly mergeLabels?: boolean | undefined;
  /** Keep validation examples that are also in training, or whose group is. (default: they are left out) */
  readonly keepOverlap?: boolean | undefined;
  /** Name of an option in errors and notes. (default: its name here) */
  readonly optionName?: ((option: string) => string) | undefined;
}

/** Name of an option in errors and notes. */
export function optionNamed({ optionName = (option) => option }: DataOptions, option: string): string {
  return optionName(option);
}

export function isInParts(data: DataOptions["data"]): data is LabelledParts {
  return typeof data === "object" && "train" in data;
}

/** Name of the data in errors: the file's path, the name of the parts, or `data`. */
export function placeOfData({ data }: Pick<DataOptions, "data">): string {
  if (data === "-") return standardInput;
  return typeof data === "string" ? data : isInParts(data) ? data.name : "data";
}

/** The name of a data set. */
export function nameOfData(options: Pick<DataOptions, "data">): string {
  return lastPart(placeOfData(options));
}

/** The last part of a path, of POSIX or of Windows; of a name without folders the name. */
export function lastPart(path: string): string {
  return /([^/\\]*)[/\\]*$/.exec(path)![1]!;
}

/** One sentence about rows that were left out, or none. */
export function skippedNote(skipped: number, options: DataOptions): string[] {
  if (skipped === 0) return [];
  return [`Left out ${counted(skipped, "row")} without a part (${optionNamed(options, "skipInvalid")}).`];
}
