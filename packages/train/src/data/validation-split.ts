import { InputError } from "@lorank/core";
import { randomStream } from "../random.ts";
import type { TextRow } from "./text-table.ts";

export interface TrainValidation {
  readonly train: readonly TextRow[];
  readonly validation: readonly TextRow[];
  /** Rows that the file itself keeps for a final test: neither trained on nor compared with. */
  readonly test: readonly TextRow[];
}

/**
 * Parts labelled rows into training and validation. Where the file has a `split` column its parts are kept, and
 * only if it sets no validation rows aside, they are drawn from its training rows.
 *
 * Drawn by class: of n rows, `share · n` rounded, at least one and never all, so each class keeps its share; a class
 * of one row stays in training. The draw depends on `seed`, the class's name and its row count alone, and both
 * parts keep the order of the file.
 */
export function splitTrainValidation(rows: readonly TextRow[], share: number, seed: number): TrainValidation {
  const test = rows.filter(({ split }) => split === "test");
  const given = rows.filter(({ split }) => split === "validation");
  const rest = rows.filter(({ split }) => split === undefined || split === "train");
  if (given.length > 0) return { train: rest, validation: given, test };
  if (!(share > 0 && share < 1)) {
    throw new InputError("E_SPLIT", `the validation share must be between 0 and 1, got ${share}`);
  }
  const drawn = new Set<TextRow>();
  for (const label of new Set(rest.map((row) => row.label))) {
    const members = rest.filter((row) => row.label === label);
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
