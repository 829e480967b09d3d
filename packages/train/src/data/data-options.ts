import { counted } from "@lorank/core";
import { type Delimiter, type Quote, standardInput, type TextEncoding } from "@lorank/tables";
import type { LabelledText } from "./tokenize-classification.ts";

export type DataRow = Readonly<Record<string, unknown>>;

/** Labelled texts already split into training, validation and test parts. */
export interface LabelledParts {
  readonly name: string;
  readonly train: readonly LabelledText[];
  readonly validation: readonly LabelledText[];
  readonly test: readonly LabelledText[];
}

interface TestOptions {
  /** Test example count. (default: all in `testData`, else 0) */
  readonly testExamples?: number | undefined;
  readonly testData?: string | undefined;
}

/** Options that choose and read training data: labelled texts or instructions. */
export interface DataOptions extends TestOptions {
  /**
   * Data: rows, parts, `-` (standard input), or a `.csv`, `.tsv`, `.txt`, `.json`, `.jsonl`, `.ndjson` or `.parquet`
   * file.
   */
  readonly data: string | readonly DataRow[] | LabelledParts;
  /** Text file encoding. (default: detected, and noted) */
  readonly encoding?: TextEncoding | undefined;
  /** Cell delimiter. (default: detected from the header, and noted) */
  readonly delimiter?: Delimiter | undefined;
  /** Quote handling; `none`: quotes are ordinary characters. (default: `double`) */
  readonly quote?: Quote | undefined;
  /** Skip rows with a missing value or an unknown split. (default: such rows are an error) */
  readonly skipInvalid?: boolean | undefined;
  /** Learning task: classes of texts, or responses to prompts. (default: chosen by column names) */
  readonly task?: "classification" | "instruction" | undefined;
  /** Text column. (default: by common name, else by contents) */
  readonly textColumn?: string | undefined;
  readonly labelColumn?: string | undefined;
  readonly promptColumn?: string | undefined;
  readonly responseColumn?: string | undefined;
  /** Column with whole conversations. (default: the first with a common name) */
  readonly messagesColumn?: string | undefined;
  /**
   * Group column: document, thread or person; `none` for independent examples. (default: `group`, if it has ten or more
   * groups)
   */
  readonly groupColumn?: string | undefined;
  /** Prompt template with {prompt} and {response}. (default: the chat template, else prompt, line feed, response) */
  readonly template?: string | undefined;
  /** Training example count. (default: all not set aside) */
  readonly trainExamples?: number | undefined;
  /** Validation example count. (default: those in `split`, else a fifth) */
  readonly validationExamples?: number | undefined;
  /** Merge labels that differ only in case or surrounding spaces. (default: false) */
  readonly mergeLabels?: boolean | undefined;
  /**
   * Keep validation examples also in training, or whose group is, and test examples of known groups. (default: false)
   */
  readonly keepOverlap?: boolean | undefined;
  /** Option name for users, such as a flag, in errors and notes. (default: the member's name) */
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
