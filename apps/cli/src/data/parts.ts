import { createHash } from "node:crypto";
import { type SplitRow, splitTrainValidation } from "@lorank/train";
import { splitSeed, validationShare } from "../defaults.ts";

/** How many examples are wanted, and where from. */
export interface SizeOptions {
  readonly data: string;
  readonly trainExamples?: number | undefined;
  readonly validationExamples?: number | undefined;
}

/**
 * Parts the rows of a file. A column `split` says which are for training and validation; without one, a fifth of each
 * class, or about as many rows as asked for, is set aside. Both parts are in the order of the SHA-256 of their ids.
 */
export function shareOut<T extends SplitRow & { readonly id: string }>(
  rows: readonly T[],
  validationExamples: number | undefined,
): { readonly train: T[]; readonly validation: T[]; readonly drawn: boolean } {
  const classes = new Set(rows.map(({ label }) => label)).size;
  // Each class rounds its share, so ask for a little more than will be taken.
  const wanted = validationExamples === undefined ? undefined : (validationExamples + classes) / rows.length;
  const share = wanted === undefined ? validationShare : Math.min(wanted, 1 - 1 / (rows.length + 1));
  const { train, validation } = splitTrainValidation(rows, share, splitSeed);
  return {
    train: byHash(train, ({ id }) => id),
    validation: byHash(validation, ({ id }) => id),
    drawn: !validation.some(({ split }) => split === "validation"),
  };
}

/** What keeps the parts from giving as many examples as were asked for, or any. */
export function sizeProblems(
  { train, validation }: { readonly train: readonly unknown[]; readonly validation: readonly unknown[] },
  options: SizeOptions,
): string[] {
  const wanted = [
    ["train-examples", options.trainExamples, train.length],
    ["validation-examples", options.validationExamples, validation.length],
  ] as const;
  return [
    ...wanted.flatMap(([key, want, have]) =>
      want !== undefined && want > have
        ? [`${key} must be at most ${have}, what the data hold, got ${want}`]
        : [],
    ),
    ...(train.length === 0 ? [`${options.data} must hold texts to train on, got none`] : []),
    ...(validation.length === 0 ? [`${options.data} must hold texts to validate on, got none`] : []),
  ];
}

/** One sentence about all columns that were guessed, or none. */
export function guessNote(
  guesses: readonly { readonly kind: string; readonly column: string; readonly flag: string }[],
): string[] {
  if (guesses.length === 0) return [];
  const said = guesses.map(
    ({ kind, column, flag }) => `the ${kind} is in column ${JSON.stringify(column)} (--${flag})`,
  );
  return [`Guessed from the names: ${said.join(", ")}.`];
}

export function byHash<T>(items: readonly T[], key: (item: T) => string): T[] {
  return items
    .map((item) => ({ item, hash: createHash("sha256").update(key(item)).digest("hex") }))
    .sort((a, b) => (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0))
    .map(({ item }) => item);
}
