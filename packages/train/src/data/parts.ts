import { InputError } from "@lorank/core";
import { randomStream } from "../random/random.ts";
import { sha256Hex } from "../sha256.ts";
import { type DataOptions, optionNamed, placeOfData } from "./data-options.ts";
import { drawGroups } from "./group-split.ts";
import type { Grouped } from "./groups.ts";
import type { KnownExamples } from "./repeats.ts";
import type { Split } from "./row-heads.ts";
import type { Guess, TextRow } from "./text-table.ts";

/** Seed of the draw that sets validation rows aside. It is fixed, so that a file is always split alike. */
const splitSeed = 0;
/** Seed of the draw of test rows from those that are left. */
const testSplitSeed = 1;
/** Share of the rows for validation where the data name no parts. */
const validationShare = 0.2;

/** Rows in parts, each in the order of the SHA-256 of its ids. */
export interface Shares<T> {
  readonly train: readonly T[];
  readonly validation: readonly T[];
  readonly test: readonly T[];
  /** The parts that the file did not name, so that they were drawn. */
  readonly drawn: { readonly validation: boolean; readonly test: boolean };
}

/** The largest validation part that the same data can give and still train on half of the rows. */
export interface ValidationLimit {
  readonly examples: number;
  /** Its rows are drawn from those that training would have; else the data name them. */
  readonly fromTraining: boolean;
}

/**
 * The limit of a part that the data name is all of it. One that is drawn leaves training half, or is as large as it is. A draw
 * may take one and a half rows of each class more than `validationExamples` ({@link shareFor}).
 */
export function validationLimit<T extends SplitRow>(shares: Shares<T>): ValidationLimit {
  const { train, validation, drawn } = shares;
  if (!drawn.validation) return { examples: validation.length, fromTraining: false };
  const classes = new Set(train.map(({ label }) => label)).size;
  const spare = train.length - Math.ceil(rowsToDrawFrom(shares) / 2 + 1.5 * classes);
  return { examples: validation.length + Math.max(0, spare), fromTraining: true };
}

/** Number of rows that training would have if none were drawn from them. */
export function rowsToDrawFrom<T>({ train, validation, test, drawn }: Shares<T>): number {
  return train.length + (drawn.validation ? validation.length : 0) + (drawn.test ? test.length : 0);
}

/**
 * Parts the rows of a file. A column `split` says which are for training, validation and test. Without one, a fifth of
 * each class, or about as many rows as `validationExamples`, is set aside for validation. Test rows are drawn only for
 * `testExamples`, from the rest: the validation rows are the same with and without them.
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

/**
 * Takes the first `count` of the ordered training rows, or all. A class of the `scored` rows that they lack gets its first
 * row, in the place of the last one whose class has another.
 */
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

/** Each class rounds its share, so this asks for a little more than will be taken. */
function shareFor(examples: number, rows: readonly SplitRow[]): number {
  const classes = new Set(rows.map(({ label }) => label)).size;
  return Math.min((examples + classes) / rows.length, 1 - 1 / (rows.length + 1));
}

/**
 * @param leftOut validation examples that were left out, for they or their groups are also in training.
 * @throws InputError `E_DATA` where a part is empty or has fewer examples than the options ask for.
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

/** A sentence about the columns that were guessed by name, and one about those that were guessed by their contents. */
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

/** A row that may say which part it belongs to, and its class where there are classes. */
export interface SplitRow extends Grouped {
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
 * Parts rows into training and validation. Where the file has a `split` column its parts are used. If it sets no
 * validation rows aside, they are drawn from its training rows.
 *
 * Drawn by class: of n rows, `share · n` rounded, at least one and never all. A class of one row stays in training;
 * rows without classes are one class. The draw depends on `seed`, the class's name and its row count alone, and both
 * parts have the order of the file. Rows in groups are drawn in whole groups.
 *
 * @param fewest rows that are needed: groups may add up to fewer than the share.
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

/** Draws rows class by class. */
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
