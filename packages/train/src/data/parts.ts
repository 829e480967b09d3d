import { sha256Hex } from "@lorank/checkpoint/sha256";
import { InputError } from "@lorank/core";
import { randomStream } from "../random/random.ts";
import { type DataOptions, optionNamed, placeOfData } from "./data-options.ts";
import { drawGroups } from "./group-split.ts";
import type { Grouped } from "./groups.ts";
import type { KnownExamples } from "./repeats.ts";
import type { Split } from "./row-heads.ts";
import type { Guess, TextRow } from "./text-table.ts";

/** Seed for the validation draw; fixed, so that a file is always split alike. */
const splitSeed = 0;
/** Seed for the test draw from the remaining rows. */
const testSplitSeed = 1;
/** Share of rows that become validation if the data has no `split`. */
const validationShare = 0.2;

/** Rows by part, each ordered by SHA-256(id). */
export interface Shares<T> {
  readonly train: readonly T[];
  readonly validation: readonly T[];
  readonly test: readonly T[];
  /** True for a part whose rows are drawn at random, because no `split` column names them. */
  readonly drawn: { readonly validation: boolean; readonly test: boolean };
}

/** Largest validation part: all rows if the data names them, else leaving half the rows for training. */
export interface ValidationLimit {
  readonly examples: number;
  /** True if validation rows are drawn from training rows; false if the data names them. */
  readonly fromTraining: boolean;
}

/**
 * Validation limit: a named part's size, else as many rows as leave half for training (at least the present size).
 * Drawing by class may take 1.5 rows more per class.
 */
export function validationLimit<T extends SplitRow>(shares: Shares<T>): ValidationLimit {
  const { train, validation, drawn } = shares;
  if (!drawn.validation) return { examples: validation.length, fromTraining: false };
  const classes = new Set(train.map(({ label }) => label)).size;
  const spare = train.length - Math.ceil(rowsToDrawFrom(shares) / 2 + 1.5 * classes);
  return { examples: validation.length + Math.max(0, spare), fromTraining: true };
}

/** Training row count before other parts were drawn from these rows. */
export function rowsToDrawFrom<T>({ train, validation, test, drawn }: Shares<T>): number {
  return train.length + (drawn.validation ? validation.length : 0) + (drawn.test ? test.length : 0);
}

/**
 * Splits rows by the `split` column, else sets aside a fifth per class, or about `validationExamples`. Test rows are
 * drawn only for `testExamples`, and leave validation unchanged.
 */
export function shareOut<T extends SplitRow & { readonly id: string }>(
  rows: readonly T[],
  validationExamples: number | undefined,
  testExamples = 0,
): Shares<T> {
  const share = validationExamples === undefined ? validationShare : shareFor(validationExamples, rows);
  const first = splitTrainValidation(rows, share, splitSeed, validationExamples);
  const isDrawn = first.test.length === 0 && testExamples > 0;
  const { train, validation: test } = isDrawn
    ? splitTrainValidation(first.train, shareFor(testExamples, first.train), testSplitSeed, testExamples)
    : { train: first.train, validation: first.test };
  const ordered = (part: readonly T[]) => byHash(part, ({ id }) => id);
  return {
    train: ordered(train),
    validation: ordered(first.validation),
    test: ordered(test),
    drawn: { validation: !first.validation.some(({ split }) => split === "validation"), test: isDrawn },
  };
}

/** First `count` training rows, or all. For a class in `scored` without a row, the last spare row is replaced. */
export function trainPart<T extends SplitRow>(
  rows: readonly T[],
  count: number | undefined,
  scored: readonly T[],
): T[] {
  const taken = new Set(rows.slice(0, count));
  const counts = new Map<string | undefined, number>();
  for (const { label } of taken) counts.set(label, (counts.get(label) ?? 0) + 1);
  const isSpare = ({ label }: T): boolean => {
    const others = counts.get(label)! - 1;
    if (others > 0) counts.set(label, others);
    return others > 0;
  };
  const missing = [...new Set(scored.map(({ label }) => label))].filter((label) => !counts.has(label));
  const added = missing.flatMap((label) => rows.find((row) => row.label === label) ?? []);
  const spare = [...taken].reverse().filter(isSpare).slice(0, added.length);
  for (const row of spare) taken.delete(row);
  for (const row of added.slice(0, spare.length)) taken.add(row);
  return rows.filter((row) => taken.has(row));
}

/** Share of rows to draw for at least `examples` rows, since rounding by class may lose some. */
function shareFor(examples: number, rows: readonly SplitRow[]): number {
  const classes = new Set(rows.map(({ label }) => label)).size;
  return Math.min((examples + classes) / rows.length, 1 - 1 / (rows.length + 1));
}

/**
 * Checks part sizes.
 * @param leftOut validation examples left out as known from training.
 * @throws InputError `E_DATA` for an empty part, or a smaller one than required.
 */
export function assertEnough(
  { train, validation }: { readonly train: readonly unknown[]; readonly validation: readonly unknown[] },
  options: DataOptions,
  { repeated = [], related = [] }: Partial<KnownExamples<unknown>> = {},
): void {
  const keep = optionNamed(options, "keepOverlap");
  const are = [
    ...(repeated.length > 0 ? [`${repeated.length} that are`] : []),
    ...(related.length > 0 ? [`${related.length} whose group is`] : []),
  ];
  const overlapNote =
    are.length === 0 ? "" : ` besides ${are.join(" and ")} also in training (${keep} keeps them)`;
  const requested = [
    ["trainExamples", options.trainExamples, train.length, ""],
    ["validationExamples", options.validationExamples, validation.length, overlapNote],
  ] as const;
  const problems = [
    ...requested.flatMap(([key, want, have, rest]) =>
      want !== undefined && want > have
        ? [`${optionNamed(options, key)} must be at most ${have}, what the data hold${rest}, got ${want}`]
        : [],
    ),
    ...(train.length === 0 ? [`${placeOfData(options)} must hold texts to train on, got none`] : []),
    ...(validation.length === 0
      ? [`${placeOfData(options)} must hold texts to validate on, got none${overlapNote}`]
      : []),
  ];
  if (problems.length > 0) throw new InputError("E_DATA", problems.join("\n"));
}

export function guessNote(
  guesses: readonly {
    readonly kind: string;
    readonly column: string;
    readonly option: string;
    readonly by?: Guess;
  }[],
  options: DataOptions,
): string[] {
  return (["name", "contents"] as const).flatMap((evidence) => {
    const columns = guesses
      .filter(({ by = "name" }) => by === evidence)
      .map(
        ({ kind, column, option }) =>
          `the ${kind} ${kind === "messages" ? "are" : "is"} in column ${JSON.stringify(column)} (${optionNamed(options, option)})`,
      );
    if (columns.length === 0) return [];
    return [`Guessed from the ${evidence === "name" ? "names" : "contents"}: ${columns.join(", ")}.`];
  });
}

export function byHash<T>(items: readonly T[], key: (item: T) => string): T[] {
  return items
    .map((item) => ({ item, hash: sha256Hex(key(item)) }))
    .sort((a, b) => (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0))
    .map(({ item }) => item);
}

/** Row with part and class. */
export interface SplitRow extends Grouped {
  readonly split?: Split;
  readonly label?: string;
}

export interface TrainValidation<T extends SplitRow = TextRow> {
  readonly train: readonly T[];
  readonly validation: readonly T[];
  /** Test rows: neither trained on nor used to compare ranks. */
  readonly test: readonly T[];
}

/**
 * Splits rows by the `split` column. Without validation rows there, draws them from training rows by class. From n rows
 * `share · n` are drawn, rounded, at least one; a class with one row stays in training. Rows without classes are one
 * class. Only `seed`, class name and row count decide; both parts keep the file's order. Groups are drawn whole.
 * @param fewest rows needed, as groups may add up to less than the share.
 */
export function splitTrainValidation<T extends SplitRow>(
  rows: readonly T[],
  share: number,
  seed: number,
  fewest = 0,
): TrainValidation<T> {
  const test = rows.filter(({ split }) => split === "test");
  const validation = rows.filter(({ split }) => split === "validation");
  const rest = rows.filter(({ split }) => split === undefined || split === "train");
  if (validation.length > 0) return { train: rest, validation, test };
  if (!(share > 0 && share < 1)) {
    throw new InputError("E_SPLIT", `the validation share must be between 0 and 1, got ${share}`);
  }
  const goalOf = (count: number): number => Math.min(count - 1, Math.max(1, Math.round(share * count)));
  const isGrouped = rest.some(({ group }) => group !== undefined);
  const drawn = isGrouped ? drawGroups(rest, { goalOf, fewest, seed }) : drawRows(rest, goalOf, seed);
  if (drawn.size === 0) {
    throw new InputError(
      "E_SPLIT",
      `the data must have a class of two or more different rows to validate on, got ${rest.length === 1 ? "1 row" : `${rest.length} rows`}; equal rows count once`,
    );
  }
  return {
    train: rest.filter((row) => !drawn.has(row)),
    validation: rest.filter((row) => drawn.has(row)),
    test,
  };
}

function drawRows<T extends SplitRow>(
  rest: readonly T[],
  goalOf: (rows: number) => number,
  seed: number,
): ReadonlySet<T> {
  const drawn = new Set<T>();
  for (const label of new Set(rest.map((row) => row.label ?? ""))) {
    const members = rest.filter((row) => (row.label ?? "") === label);
    const order = randomStream(seed, "validation-split", label).shuffle(members.length);
    for (const i of order.subarray(0, goalOf(members.length))) drawn.add(members[i]!);
  }
  return drawn;
}
