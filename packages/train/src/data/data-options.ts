import { counted } from "@lorank/core";
import { type Delimiter, type Quote, standardInput, type TextEncoding } from "@lorank/tables";
import type { LabelledText } from "./tokenize-classification.ts";

export type DataRow = Readonly<Record<string, unknown>>;

/** Labelled texts in named parts. */
export interface LabelledParts {
  readonly name: string;
  readonly train: readonly LabelledText[];
  readonly validation: readonly LabelledText[];
  readonly test: readonly LabelledText[];
}

interface TestOptions {
  /** Number of test examples. (default: all of `testData`, else 0) */
  readonly testExamples?: number | undefined;
  readonly testData?: string | undefined;
}

/** Data to learn from: labelled texts or instructions. */
export interface DataOptions extends TestOptions {
  /** Rows; parts; `-` (standard input); a `.csv`, `.tsv`, `.txt`, `.json`, `.jsonl`, `.ndjson` or `.parquet` file. */
  readonly data: string | readonly DataRow[] | LabelledParts;
  /** Encoding of text files. (default: detected, and noted) */
  readonly encoding?: TextEncoding | undefined;
  /** Delimiter of cells. (default: detected from the header, and noted) */
  readonly delimiter?: Delimiter | undefined;
  /** `none`: quotes are ordinary characters. (default: `double`) */
  readonly quote?: Quote | undefined;
  /** Skip rows without text, label, prompt, response or group. (default: they are an error) */
  readonly skipInvalid?: boolean | undefined;
  /** Task. (default: by columns) */
  readonly task?: "classification" | "instruction" | undefined;
  /** Column names. (default: the first with a common name) */
  readonly textColumn?: string | undefined;
  readonly labelColumn?: string | undefined;
  readonly promptColumn?: string | undefined;
  readonly responseColumn?: string | undefined;
  /** Column with whole conversations. */
  readonly messagesColumn?: string | undefined;
  /** Column of documents, threads or persons; `none` for none. (default: `group`, if it names ten or more) */
  readonly groupColumn?: string | undefined;
  /** Text with {prompt} and {response}. (default: the chat template) */
  readonly template?: string | undefined;
  /** Training examples. (default: all that are not set aside) */
  readonly trainExamples?: number | undefined;
  /** Validation examples. (default: those of `split`, else a fifth) */
  readonly validationExamples?: number | undefined;
  /** Merge labels that differ only in case or surrounding spaces. (default: false) */
  readonly mergeLabels?: boolean | undefined;
  /** Keep validation examples also in training, or whose group is. (default: false) */
  readonly keepOverlap?: boolean | undefined;
  /** Name of an option in errors and notes. (default: its name here) */
  readonly optionName?: ((option: string) => string) | undefined;
}

export function optionNamed({ optionName = (option) => option }: DataOptions, option: string): string {
  return optionName(option);
}

export function isInParts(data: DataOptions["data"]): data is LabelledParts {
  return typeof data === "object" && "train" in data;
}

export function placeOfData({ data }: Pick<DataOptions, "data">): string {
  if (data === "-") return standardInput;
  return typeof data === "string" ? data : isInParts(data) ? data.name : "data";
}

export function nameOfData(options: Pick<DataOptions, "data">): string {
  return lastPart(placeOfData(options));
}

export function lastPart(path: string): string {
  return /([^/\\]*)[/\\]*$/.exec(path)![1]!;
}

export function skippedNote(skipped: number, options: DataOptions): string[] {
  if (skipped === 0) return [];
  return [`Left out ${counted(skipped, "row")} without a part (${optionNamed(options, "skipInvalid")}).`];
}
