import { InputError } from "@lorank/core";
import { columnsOf, type Row, usualColumns } from "@lorank/tables";
import { columnContents, isDataColumn, preferenceColumns } from "./column-contents.ts";
import { cell, pickColumn } from "./columns.ts";
import { rowGroups } from "./group-column.ts";
import type { Split } from "./row-heads.ts";
import type { LabelledText } from "./tokenize-classification.ts";
import { type InvalidRows, pairOfColumns, usableRows } from "./usable-rows.ts";

export interface TextRow extends LabelledText {
  readonly split?: Split;
}

export interface TextTable {
  readonly rows: readonly TextRow[];
  readonly textColumn: string;
  readonly labelColumn: string;
  readonly guessed: readonly { readonly kind: "text" | "label"; readonly by: Guess }[];
  /** Count of rows left out: without text, label or group, or with an unknown split. */
  readonly skipped: number;
}

export interface TextTableOptions extends InvalidRows {
  /** Text column. (default: the first named text, sentence, content, body, message …, else by contents) */
  readonly textColumn?: string | undefined;
  /** Label column. (default: the first named label, class, category, target …, else by contents) */
  readonly labelColumn?: string | undefined;
  readonly groupColumn?: string | undefined;
}

export type Guess = "name" | "contents";

/**
 * Reads labelled texts from rows. Labels are names: a number becomes a string. Ids are the `id` column's if distinct,
 * else row numbers. Throws E_DATA with every row without text or label, unless such rows are skipped.
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
  const table = { path, rows: records, columns };
  const groups = rowGroups(path, records, options.groupColumn);
  const [textColumn, labelColumn] = pairOfColumns(
    table,
    [
      { kind: "text", requested: options.textColumn, name: text.name },
      { kind: "label", requested: options.labelColumn, name: label.name },
    ],
    groups,
    options,
  );
  const texts = records.map(({ values }) => cell(values.get(textColumn)));
  const labels = records.map(({ values }) => cell(values.get(labelColumn)));
  const rules = [
    ["have a text, got none", (i: number) => texts[i]!.trim() === ""],
    ["have a label, got none", (i: number) => labels[i]!.trim() === ""],
  ] as const;
  const rows = usableRows(table, rules, groups, options).map(
    ({ at, ...row }): TextRow => ({ ...row, label: labels[at]!, text: texts[at]! }),
  );
  const guessed = [
    ...(text.by === undefined ? [] : [{ kind: "text", by: text.by } as const]),
    ...(label.by === undefined ? [] : [{ kind: "label", by: label.by } as const]),
  ];
  return {
    rows,
    textColumn,
    labelColumn,
    guessed,
    skipped: records.length - rows.length,
  };
}

interface FoundColumn {
  readonly name: string | undefined;
  readonly by?: Guess;
}

/** Text and label columns: by option, else by common name, else by contents. */
function labelledColumns(
  records: readonly Row[],
  columns: readonly string[],
  { textColumn, labelColumn, groupColumn }: TextTableOptions,
): { readonly text: FoundColumn; readonly label: FoundColumn } {
  const byName = (requested: string | undefined, common: readonly string[]): FoundColumn => {
    const { name, guessed } = pickColumn(columns, requested, common);
    return { name, ...(guessed ? { by: "name" as const } : {}) };
  };
  const text = byName(textColumn, usualColumns.text);
  const label = byName(labelColumn, usualColumns.label);
  const isMissing = ({ name, by }: FoundColumn): boolean => name === undefined && by !== undefined;
  if ((!isMissing(text) && !isMissing(label)) || preferenceColumns(columns) !== undefined)
    return { text, label };
  const taken = [text.name, label.name, groupColumn];
  const others = columns.filter((column) => isDataColumn(column) && !taken.includes(column));
  const { texts, labels } = columnContents(records, others);
  const only = (chosen: FoundColumn, fitting: readonly string[]): FoundColumn =>
    isMissing(chosen) && fitting.length === 1 ? { name: fitting[0], by: "contents" } : chosen;
  return {
    text: only(text, texts),
    label: only(
      label,
      labels.map(({ column }) => column),
    ),
  };
}

export function looksLabelled(columns: readonly string[]): boolean {
  const text = pickColumn(columns, undefined, usualColumns.text).name;
  const label = pickColumn(columns, undefined, usualColumns.label).name;
  return text !== undefined && label !== undefined && text !== label;
}
