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
 * Finds the labelled texts, or the instructions, among the rows of `path`, which is named in errors. Without a `task` it is
 * the one that the names of the columns belong to.
 *
 * @throws InputError `E_DATA` for columns that are not there, and with every row that lacks a part, if none is skipped.
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

/** The task that the names of the columns belong to. */
export function guessTask(rows: readonly Row[]): "classification" | "instruction" {
  const columns = columnsOf(rows);
  // A question with an answer and a topic can be either; its topic is then what is rarely there by chance.
  return looksInstructed(columns) && !looksLabelled(columns) ? "instruction" : "classification";
}
