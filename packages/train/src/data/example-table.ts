import type { Task } from "@lorank/evidence/results";
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
 * Finds labelled texts or instructions, by default by column names.
 * @throws InputError `E_DATA` for missing columns, and with every row that lacks a part, if none is skipped.
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
  // Question, answer and topic fit both tasks; topics are rarely there by chance.
  return looksInstructed(columns) && !looksLabelled(columns) ? "instruction" : "classification";
}
