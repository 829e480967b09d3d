import { InputError } from "@lorank/core";
import { assertRows, cell, columnProblem, columnsOf, headsOf, pickColumn, type Split } from "./columns.ts";
import type { Row } from "./row.ts";
import type { LabelledText } from "./tokenize-classification.ts";

/** One labelled text of a file, and the part of the data it belongs to where the file has a `split` column. */
export interface TextRow extends LabelledText {
  readonly split?: Split;
}

export interface TextTable {
  readonly rows: readonly TextRow[];
  readonly textColumn: string;
  readonly labelColumn: string;
  /** The columns that were guessed by their name and not asked for: say them aloud. */
  readonly guessed: readonly ("text" | "label")[];
}

export interface TextTableOptions {
  /** (default: the first of text, sentence, content, body, message … that the file has) */
  readonly textColumn?: string | undefined;
  /** (default: the first of label, class, category, target … that the file has) */
  readonly labelColumn?: string | undefined;
}

const TEXT_COLUMNS = "text sentence content body message email document review comment tweet question".split(
  " ",
);
const LABEL_COLUMNS = "label class category target sentiment intent topic".split(" ");

/**
 * The labelled texts among the rows of `path`, which is named in errors. Labels are names: a number becomes its digits.
 *
 * A row's id is its `id` column where every row has one of its own, else its number. Throws E_DATA with every row that
 * lacks a text or a label.
 */
export function textTableOf(
  path: string,
  records: readonly Row[],
  options: TextTableOptions = {},
): TextTable {
  const columns = columnsOf(records);
  if (records.length === 0)
    throw new InputError("E_DATA", `${path} must hold at least one row of data, got none`);

  const text = pickColumn(columns, options.textColumn, TEXT_COLUMNS);
  const label = pickColumn(columns, options.labelColumn, LABEL_COLUMNS);
  const problems = [
    ...(text.name === undefined ? [columnProblem(path, "text", options.textColumn, columns)] : []),
    ...(label.name === undefined ? [columnProblem(path, "label", options.labelColumn, columns)] : []),
  ];
  if (text.name === undefined || label.name === undefined)
    throw new InputError("E_DATA", problems.join("\n"));
  if (text.name === label.name) {
    throw new InputError("E_DATA", `text and label must be two columns, got ${text.name} for both`);
  }

  const rows = headsOf(records, columns).map(({ id, ...part }, i): TextRow => {
    const { values } = records[i]!;
    return { id, label: cell(values.get(label.name!)), text: cell(values.get(text.name!)), ...part };
  });
  assertRows(path, records, columns, [
    ["have a text, got none", (i) => rows[i]!.text.trim() === ""],
    ["have a label, got none", (i) => rows[i]!.label.trim() === ""],
  ]);
  const guessed = [
    ...(text.guessed ? (["text"] as const) : []),
    ...(label.guessed ? (["label"] as const) : []),
  ];
  return { rows, textColumn: text.name, labelColumn: label.name, guessed };
}

/** Whether the file has columns of the usual names for a text and its label. */
export function looksLabelled(columns: readonly string[]): boolean {
  const text = pickColumn(columns, undefined, TEXT_COLUMNS).name;
  const label = pickColumn(columns, undefined, LABEL_COLUMNS).name;
  return text !== undefined && label !== undefined && text !== label;
}
