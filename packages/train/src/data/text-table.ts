import { InputError } from "@lorank/core";
import { columnContents, isDataColumn, missingColumns, preferenceColumns } from "./column-contents.ts";
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
  /** The columns that were guessed, for the user to read. */
  readonly guessed: readonly { readonly kind: "text" | "label"; readonly by: Guess }[];
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

/** The evidence that a column was chosen by. */
export type Guess = "name" | "contents";

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

  const { text, label } = labelledColumns(records, columns, options);
  const groups = rowGroups(path, records, options.groupColumn);
  const problem = (kind: "text" | "label"): string =>
    columnProblem(path, kind, options[`${kind}Column`], columns, options.optionName?.(`${kind}Column`));
  const problems = [
    ...(text.name === undefined ? [problem("text")] : []),
    ...(label.name === undefined ? [problem("label")] : []),
    ...groups.problems,
  ];
  if (text.name === undefined || label.name === undefined)
    throw new InputError("E_DATA", missingColumns(path, problems, records, columns, options.optionName));
  if (problems.length > 0) throw new InputError("E_DATA", problems.join("\n"));
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
    ...(text.by === undefined ? [] : [{ kind: "text", by: text.by } as const]),
    ...(label.by === undefined ? [] : [{ kind: "label", by: label.by } as const]),
  ];
  return {
    rows,
    textColumn: text.name,
    labelColumn: label.name,
    guessed,
    skipped: records.length - rows.length,
  };
}

interface ChosenColumn {
  readonly name: string | undefined;
  /** Absent: the options name it. */
  readonly by?: Guess;
}

/** The columns of the options, or of the common names, or else the only ones that hold texts and classes. */
function labelledColumns(
  records: readonly Row[],
  columns: readonly string[],
  { textColumn, labelColumn, groupColumn }: TextTableOptions,
): { readonly text: ChosenColumn; readonly label: ChosenColumn } {
  const byName = (requested: string | undefined, common: readonly string[]): ChosenColumn => {
    const { name, guessed } = pickColumn(columns, requested, common);
    return { name, ...(guessed ? { by: "name" as const } : {}) };
  };
  const text = byName(textColumn, usualColumns.text);
  const label = byName(labelColumn, usualColumns.label);
  const isMissing = ({ name, by }: ChosenColumn): boolean => name === undefined && by !== undefined;
  if ((!isMissing(text) && !isMissing(label)) || preferenceColumns(columns) !== undefined)
    return { text, label };
  const taken = [text.name, label.name, groupColumn];
  const others = columns.filter((column) => isDataColumn(column) && !taken.includes(column));
  const { texts, labels } = columnContents(records, others);
  const only = (chosen: ChosenColumn, fitting: readonly string[]): ChosenColumn =>
    isMissing(chosen) && fitting.length === 1 ? { name: fitting[0], by: "contents" } : chosen;
  return {
    text: only(text, texts),
    label: only(
      label,
      labels.map(({ column }) => column),
    ),
  };
}

/** True if the file has columns of the common names for a text and its label. */
export function looksLabelled(columns: readonly string[]): boolean {
  const text = pickColumn(columns, undefined, usualColumns.text).name;
  const label = pickColumn(columns, undefined, usualColumns.label).name;
  return text !== undefined && label !== undefined && text !== label;
}
