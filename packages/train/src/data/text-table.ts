import { InputError } from "@lorank/core";
import {
  cell,
  columnProblem,
  columnsOf,
  headsOf,
  type InvalidRows,
  pickColumn,
  type Split,
  usualColumns,
  validRows,
} from "./columns.ts";
import { rowGroups } from "./group-column.ts";
import type { Row } from "./rows.ts";
import type { LabelledText } from "./tokenize-classification.ts";

/** One labelled text of a file, and the part of the data it belongs to where the file has a `split` column. */
export interface TextRow extends LabelledText {
  readonly split?: Split;
}

export interface TextTable {
  readonly rows: readonly TextRow[];
  readonly textColumn: string;
  readonly labelColumn: string;
  /** The columns that were guessed by their name, for the user to read. */
  readonly guessed: readonly ("text" | "label")[];
  /** Number of rows that were left out because they lack a part. */
  readonly skipped: number;
}

export interface TextTableOptions extends InvalidRows {
  /** (default: the first of text, sentence, content, body, message … that the file has) */
  readonly textColumn?: string | undefined;
  /** (default: the first of label, class, category, target … that the file has) */
  readonly labelColumn?: string | undefined;
  /** (default: no row has a group) */
  readonly groupColumn?: string | undefined;
}

/**
 * The labelled texts among the rows of `path`, which is named in errors. Labels are names: a number becomes its digits.
 *
 * A row's id is its `id` column where every row has one of its own, else its number. Throws E_DATA with every row that
 * lacks a text or a label, unless such rows are left out.
 */
export function textTableOf(
  path: string,
  records: readonly Row[],
  options: TextTableOptions = {},
): TextTable {
  const columns = columnsOf(records);
  if (records.length === 0)
    throw new InputError("E_DATA", `${path} must hold at least one row of data, got none`);

  const text = pickColumn(columns, options.textColumn, usualColumns.text);
  const label = pickColumn(columns, options.labelColumn, usualColumns.label);
  const groups = rowGroups(path, records, options.groupColumn);
  const problems = [
    ...(text.name === undefined ? [columnProblem(path, "text", options.textColumn, columns)] : []),
    ...(label.name === undefined ? [columnProblem(path, "label", options.labelColumn, columns)] : []),
    ...groups.problems,
  ];
  if (text.name === undefined || label.name === undefined || problems.length > 0)
    throw new InputError("E_DATA", problems.join("\n"));
  if (text.name === label.name) {
    throw new InputError("E_DATA", `text and label must be two columns, got ${text.name} for both`);
  }

  const texts = records.map(({ values }) => cell(values.get(text.name!)));
  const labels = records.map(({ values }) => cell(values.get(label.name!)));
  const rules = [
    ["have a text, got none", (i: number) => texts[i]!.trim() === ""],
    ["have a label, got none", (i: number) => labels[i]!.trim() === ""],
    ...groups.rules,
  ] as const;
  const valid = validRows(path, records, columns, rules, options);
  const heads = headsOf(
    valid.map((i) => records[i]!),
    columns,
  );
  const rows = heads.map(({ id, ...part }, i): TextRow => {
    const at = valid[i]!;
    return { id, label: labels[at]!, text: texts[at]!, ...groups.groupOf(at), ...part };
  });
  const guessed = [
    ...(text.guessed ? (["text"] as const) : []),
    ...(label.guessed ? (["label"] as const) : []),
  ];
  return {
    rows,
    textColumn: text.name,
    labelColumn: label.name,
    guessed,
    skipped: records.length - rows.length,
  };
}

/** True if the file has columns of the common names for a text and its label. */
export function looksLabelled(columns: readonly string[]): boolean {
  const text = pickColumn(columns, undefined, usualColumns.text).name;
  const label = pickColumn(columns, undefined, usualColumns.label).name;
  return text !== undefined && label !== undefined && text !== label;
}
