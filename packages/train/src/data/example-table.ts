import type { Task } from "@lorank/evidence/schema";
import { columnsOf, type Row } from "@lorank/tables";
import {
  type InstructionTable,
  type InstructionTableOptions,
  instructionTableOf,
  looksInstructed,
} from "./instruction-table.ts";
import { looksLabelled, type TextTable, type TextTableOptions, textTableOf } from "./text-table.ts";

type ExampleTable =
  | ({ readonly kind: "classification" } & TextTable)
  | ({ readonly kind: "causal-lm" } & InstructionTable);

/**
 * Reads labelled texts or instructions, by default chosen by column names.
 * @throws InputError `E_DATA` for missing columns, and with every incomplete row, unless such rows are skipped.
 */
export function exampleTable(
  path: string,
  rows: readonly Row[],
  options: TextTableOptions & InstructionTableOptions & { readonly task?: Task["kind"] | undefined } = {},
): ExampleTable {
  const { task: kind = guessTask(rows) === "instruction" ? "causal-lm" : "classification" } = options;
  return kind === "classification"
    ? { kind, ...textTableOf(path, rows, options) }
    : { kind, ...instructionTableOf(path, rows, options) };
}

export function guessTask(rows: readonly Row[]): "classification" | "instruction" {
  const columns = columnsOf(rows);
  // Data with prompt, response and label columns fits both tasks; a label column is rarely there by chance.
  return looksInstructed(columns) && !looksLabelled(columns) ? "instruction" : "classification";
}
