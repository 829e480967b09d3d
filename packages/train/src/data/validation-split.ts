import { InputError } from "@lorank/core";
import { randomStream } from "../random/random.ts";
import type { Split } from "./columns.ts";
import type { TextRow } from "./text-table.ts";

/** A row that may say which part it belongs to, and its class where there are classes. */
export interface SplitRow {
  readonly split?: Split;
  readonly label?: string;
}

export interface TrainValidation<T extends SplitRow = TextRow> {
  readonly train: readonly T[];
  readonly validation: readonly T[];
  /** Rows that the file itself keeps for a final test: neither trained on nor compared with. */
  readonly test: readonly T[];
}

/**
 * Parts rows into training and validation. Where the file has a `split` column its parts are kept, and
 * only if it sets no validation rows aside, they are drawn from its training rows.
 *
 * Drawn by class: of n rows, `share · n` rounded, at least one and never all, so each class keeps its share; a class
 * of one row stays in training. Rows without classes are one class. The draw depends on `seed`, the class's name and its row count alone, and both
 * parts keep the order of the file.
 */
export function splitTrainValidation<T extends SplitRow>(
  rows: readonly T[],
  share: number,
  seed: number,
): TrainValidation<T> {
  const test = rows.filter(({ split }) => split === "test");
  const given = rows.filter(({ split }) => split === "validation");
  const rest = rows.filter(({ split }) => split === undefined || split === "train");
  if (given.length > 0) return { train: rest, validation: given, test };
  if (!(share > 0 && share < 1)) {
    throw new InputError("E_SPLIT", `the validation share must be between 0 and 1, got ${share}`);
  }
  const drawn = new Set<T>();
  for (const label of new Set(rest.map((row) => row.label ?? ""))) {
    const members = rest.filter((row) => (row.label ?? "") === label);
    const count = Math.min(members.length - 1, Math.max(1, Math.round(share * members.length)));
    const order = randomStream(seed, "validation-split", label).shuffle(members.length);
    for (const i of order.subarray(0, count)) drawn.add(members[i]!);
  }
  if (drawn.size === 0) {
    throw new InputError(
      "E_SPLIT",
      `the data must have a class of two or more rows to validate on, got ${rest.length} rows`,
    );
  }
  return {
    train: rest.filter((row) => !drawn.has(row)),
    validation: rest.filter((row) => drawn.has(row)),
    test,
  };
}
