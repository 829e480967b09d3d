import { InputError } from "@lorank/core";
import { spamAssassin } from "@lorank/starter";
import {
  guessTask,
  type Instruction,
  instructionTableOf,
  type LabelledText,
  readDataRows,
  textTableOf,
} from "@lorank/train/data";
import type { Head } from "@lorank/train/engine";
import { defaults } from "../defaults.ts";

export type SplitName = "train" | "validation" | "test";

export interface EvaluationDataOptions {
  /** `spam-assassin`, or a file. */
  readonly data: string;
  /** (default: what the names of the columns belong to) */
  readonly task?: Head["kind"] | undefined;
  /** (default: all rows; of spam-assassin, validation) */
  readonly split?: SplitName | undefined;
  readonly textColumn?: string | undefined;
  readonly labelColumn?: string | undefined;
  readonly promptColumn?: string | undefined;
  readonly responseColumn?: string | undefined;
  readonly messagesColumn?: string | undefined;
}

/** What is to be evaluated, not yet tokenised. */
export type EvaluationData =
  | { readonly kind: "classification"; readonly texts: readonly LabelledText[] }
  | { readonly kind: "causal-lm"; readonly instructions: readonly Instruction[] };

/** Reads the rows to evaluate on. Throws InputError E_DATA with all that is wrong with them. */
export async function readEvaluationData(options: EvaluationDataOptions): Promise<EvaluationData> {
  const { data, split } = options;
  if (data === defaults.data) {
    if (options.task === "causal-lm")
      throw new InputError("E_DATA", `task must be classification with ${data}, got causal-lm`);
    return { kind: "classification", texts: spamAssassin()[split ?? "validation"] };
  }
  const rows = await readDataRows(data);
  const kind = options.task ?? (guessTask(rows) === "instruction" ? "causal-lm" : "classification");
  const { textColumn, labelColumn, promptColumn, responseColumn, messagesColumn } = options;
  if (kind === "classification") {
    const table = textTableOf(data, rows, defined({ textColumn, labelColumn }));
    return { kind, texts: ofSplit(table.rows, split, data) };
  }
  const table = instructionTableOf(data, rows, defined({ promptColumn, responseColumn, messagesColumn }));
  return { kind, instructions: ofSplit(table.rows, split, data) };
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

function defined<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
