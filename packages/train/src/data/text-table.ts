import { InputError } from "@lorank/core";
import { listRows, type Row, readRows } from "./table-file.ts";
import type { LabelledText } from "./tokenize-classification.ts";

/** One labelled text of a file, and the part of the data it belongs to where the file has a `split` column. */
export interface TextRow extends LabelledText {
  readonly split?: "train" | "validation" | "test";
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
  readonly textColumn?: string;
  /** (default: the first of label, class, category, target … that the file has) */
  readonly labelColumn?: string;
}

const TEXT_COLUMNS = "text sentence content body message email document review comment tweet question".split(
  " ",
);
const LABEL_COLUMNS = "label class category target sentiment intent topic".split(" ");

/** What data sets call the three parts. */
const SPLITS: Readonly<Record<string, "train" | "validation" | "test">> = {
  train: "train",
  training: "train",
  validation: "validation",
  valid: "validation",
  val: "validation",
  dev: "validation",
  test: "test",
};

/**
 * Reads labelled texts from a `.csv`, `.tsv` or `.jsonl` (`.ndjson`) file in UTF-8. The first row of CSV and TSV
 * names the columns. Labels are names: a number becomes its digits.
 *
 * A row's id is its `id` column where every row has one of its own, else its number: of the data row in CSV and
 * TSV, of the line in JSONL, counted from 1. Throws E_DATA with every row that lacks a text or a label.
 */
export function readTextTable(path: string, options: TextTableOptions = {}): TextTable {
  const records = readRows(path);
  const columns = [...new Set(records.flatMap(({ values }) => [...values.keys()]))];
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

  const splitColumn = columns.find((column) => column.toLowerCase() === "split");
  const ids = idsOf(records);
  const rows = records.map(({ values }, i): TextRow => {
    const row = { id: ids[i]!, label: cell(values.get(label.name!)), text: cell(values.get(text.name!)) };
    const split = splitColumn === undefined ? undefined : SPLITS[cell(values.get(splitColumn)).toLowerCase()];
    return split === undefined ? row : { ...row, split };
  });
  const numbersWhere = (wrong: (row: TextRow) => boolean) =>
    records.filter((_, i) => wrong(rows[i]!)).map(({ number }) => number);
  const rowProblems = [
    ["have a text, got none", numbersWhere((row) => row.text.trim() === "")],
    ["have a label, got none", numbersWhere((row) => row.label.trim() === "")],
    [
      "be in split train, validation or test, got another",
      splitColumn ? numbersWhere((row) => !row.split) : [],
    ],
  ] as const;
  const wrong = rowProblems.filter(([, numbers]) => numbers.length > 0);
  if (wrong.length > 0) {
    const lines = wrong.map(([rule, numbers]) => `every row of ${path} must ${rule} in ${listRows(numbers)}`);
    throw new InputError("E_DATA", lines.join("\n"));
  }
  const guessed = [
    ...(text.guessed ? (["text"] as const) : []),
    ...(label.guessed ? (["label"] as const) : []),
  ];
  return { rows, textColumn: text.name, labelColumn: label.name, guessed };
}

function pickColumn(
  columns: readonly string[],
  asked: string | undefined,
  usual: readonly string[],
): { readonly name: string | undefined; readonly guessed: boolean } {
  if (asked !== undefined) return { name: columns.find((column) => column === asked), guessed: false };
  const byUse = usual.flatMap((name) => columns.filter((column) => column.trim().toLowerCase() === name));
  return { name: byUse[0], guessed: true };
}

function columnProblem(
  path: string,
  kind: string,
  asked: string | undefined,
  columns: readonly string[],
): string {
  const names = columns
    .map((column) => (column.length > 40 ? `${column.slice(0, 37)}...` : column))
    .join(", ");
  return asked === undefined
    ? `the ${kind} column must be named, no usual name was found. ${path} has: ${names}`
    : `the ${kind} column must be one of the file's, got ${asked}. ${path} has: ${names}`;
}

function idsOf(records: readonly Row[]): string[] {
  const own = records.map(({ values }) => cell(values.get("id")));
  const usable = new Set(own).size === own.length && !own.includes("");
  return usable ? own : records.map(({ number }) => String(number));
}

/** A cell as text; an object or a missing value counts as empty, so that it is reported and not trained on. */
function cell(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}
