import { counted, InputError } from "@lorank/core";
import { spamAssassin } from "@lorank/starter";
import type { Delimiter, Quote, TextEncoding } from "@lorank/tables";
import { readDataRows } from "@lorank/tables/node";
import { exampleTable } from "@lorank/train/data";
import type { ExampleRows, Head } from "@lorank/train/engine";
import { defaults } from "../../defaults.ts";

type SplitName = "train" | "validation" | "test";

interface EvaluationDataOptions {
  /** Data source: `spam-assassin`, a file, or `-` for standard input. */
  readonly data: string;
  /** Text encoding of the file. (default: detected) */
  readonly encoding?: TextEncoding | undefined;
  /** Column delimiter. (default: detected from the header) */
  readonly delimiter?: Delimiter | undefined;
  /** Quoting style in a CSV file. (default: `double`) */
  readonly quote?: Quote | undefined;
  /** Skips incomplete rows. (default: an incomplete row is an error) */
  readonly skipInvalid?: boolean | undefined;
  /** Task: classification or causal-lm. (default: from the column names) */
  readonly task?: Head["kind"] | undefined;
  /** Part of the data to evaluate on. (default: all rows; for spam-assassin, validation) */
  readonly split?: SplitName | undefined;
  readonly textColumn?: string | undefined;
  readonly labelColumn?: string | undefined;
  readonly promptColumn?: string | undefined;
  readonly responseColumn?: string | undefined;
  readonly messagesColumn?: string | undefined;
  readonly optionName?: ((option: string) => string) | undefined;
}

export type EvaluationData = ExampleRows & {
  readonly notes: readonly string[];
};

export async function readEvaluationData(options: EvaluationDataOptions): Promise<EvaluationData> {
  const { data, split, optionName } = options;
  if (data === defaults.data) {
    if (options.task === "causal-lm")
      throw new InputError("E_DATA", `task must be classification with ${data}, got causal-lm`);
    assertNoFile(options);
    return { kind: "classification", rows: spamAssassin()[split ?? "validation"], notes: [] };
  }
  const { textColumn, labelColumn, promptColumn, responseColumn, messagesColumn } = options;
  const notes: string[] = [];
  const rows = await readDataRows(data, {
    encoding: options.encoding,
    delimiter: options.delimiter,
    quote: options.quote,
    columns: [textColumn, labelColumn, promptColumn, responseColumn, messagesColumn].filter(
      (name) => name !== undefined,
    ),
    onNote: (note) => notes.push(note),
    optionName,
  });
  const invalid = { skipInvalid: options.skipInvalid, optionName };
  const place = data === "-" ? "standard input" : data;
  const columns = { textColumn, labelColumn, promptColumn, responseColumn, messagesColumn };
  const table = exampleTable(place, rows, { task: options.task, ...columns, ...invalid });
  const { kind } = table;
  const allNotes = [...notes, ...skippedNote(table)];
  return kind === "classification"
    ? { kind, rows: ofSplit(table.rows, split, place), notes: allNotes }
    : { kind, rows: ofSplit(table.rows, split, place), notes: allNotes };
}

function assertNoFile({
  data,
  encoding,
  delimiter,
  quote,
  skipInvalid,
  optionName = (option) => option,
}: EvaluationDataOptions): void {
  const typed = Object.entries({ encoding, delimiter, quote, skipInvalid }).filter(([, value]) => value);
  if (typed.length === 0) return;
  const flags = typed.map(([option]) => optionName(option)).join(", ");
  throw new InputError("E_DATA", `${flags} must be absent with ${data}, which is no file`);
}

function skippedNote({ skipped }: { readonly skipped: number }): string[] {
  return skipped === 0 ? [] : [`Left out ${counted(skipped, "row")} without a part (--skip-invalid).`];
}

function ofSplit<T extends { readonly split?: SplitName }>(
  rows: readonly T[],
  split: SplitName | undefined,
  data: string,
): readonly T[] {
  const found = split === undefined ? rows : rows.filter((row) => row.split === split);
  if (found.length > 0) return found;
  throw new InputError("E_DATA", `${data} must hold rows of split ${split}, got none`);
}
