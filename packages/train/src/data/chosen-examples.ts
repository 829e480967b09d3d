import { InputError } from "@lorank/core";
import type { Overlap } from "@lorank/core/results";
import { counted, type DataOptions, nameOfData, optionNamed } from "./data-options.ts";
import {
  assertEnough,
  byHash,
  type Shares,
  type SplitRow,
  shareOut,
  type ValidationLimit,
  validationLimit,
} from "./parts.ts";
import {
  alsoInTraining,
  type ExampleKind,
  nearRepeatNotes,
  overlapNotes,
  withoutRepeats,
} from "./repeats.ts";

/** The examples of a sweep, by part. */
export interface ChosenExamples<T> {
  readonly name: string;
  readonly train: readonly T[];
  readonly validation: readonly T[];
  /** Undefined without test examples. */
  readonly test?: readonly T[] | undefined;
  readonly validationLimit: ValidationLimit;
  /** Validation examples that are also in training; absent where there are none. */
  readonly overlap?: Overlap | undefined;
  /** Guesses and omissions, for the user to read. */
  readonly notes: readonly string[];
}

/**
 * Chooses the examples of a sweep from the rows of a file. The same options on the same rows give the same examples in
 * the same order, which is that of the SHA-256 of their ids.
 *
 * An example that occurs twice is taken once where the data have no `split` column. It could lie on both sides and be
 * remembered instead of recognised.
 *
 * @param testRows of the file of test examples, where there is one.
 * @throws InputError `E_DATA` where there are fewer than the options ask for; as {@link testPart}.
 */
export function chooseExamples<T extends SplitRow & { readonly id: string }>(
  rows: readonly T[],
  testRows: readonly T[] | undefined,
  options: DataOptions,
  kind: ExampleKind<T>,
): ChosenExamples<T> {
  const { noun } = kind;
  const hasSplit = rows.some(({ split }) => split !== undefined);
  const { distinct, notes } = withoutRepeats(rows, kind, hasSplit);
  const shares = shareOut(
    distinct,
    options.validationExamples,
    testRows === undefined ? options.testExamples : 0,
  );
  const chosen = chooseParts(
    testRows === undefined ? shares : { ...shares, test: ownTestPart(testRows) },
    options,
    kind,
  );
  const byClass = rows.some(({ label }) => label !== undefined) ? ", class by class" : "";
  const drawn = `${noun[0]!.toUpperCase()}${noun.slice(1)}s for validation were drawn from the file${byClass}.`;
  return {
    ...chosen,
    name: nameOfData(options),
    notes: [
      ...notes,
      ...(shares.drawn.validation ? [`${drawn} A column named split would decide instead.`] : []),
      ...(hasSplit ? nearRepeatNotes(chosen, kind) : []),
      ...chosen.notes,
    ],
  };
}

/**
 * Takes as many examples of each part as the options ask for. Validation examples that are also in training, where they
 * are remembered instead of recognised, are left out unless the options keep them.
 *
 * @throws InputError `E_DATA` where there are fewer than the options ask for; as {@link testPart}.
 */
export function chooseParts<T extends SplitRow>(
  shares: Shares<T>,
  options: DataOptions,
  kind: ExampleKind<T>,
): Omit<ChosenExamples<T>, "name"> {
  const { keyOf, noun } = kind;
  const isKept = options.keepOverlap === true;
  const repeated = isKept ? [] : alsoInTraining(shares, keyOf);
  const leftOut = new Set(repeated);
  const parts = { ...shares, validation: shares.validation.filter((example) => !leftOut.has(example)) };
  assertEnough(parts, options, repeated.length);
  const train = parts.train.slice(0, options.trainExamples);
  const validation = parts.validation.slice(0, options.validationExamples);
  const overlap = isKept ? alsoInTraining({ train, validation }, keyOf) : repeated;
  const { test, notes } = testPart(parts, options, noun, keyOf);
  return {
    train,
    validation,
    test,
    validationLimit: validationLimit(parts),
    ...(overlap.length === 0
      ? {}
      : { overlap: { validation: overlap.length, ...(isKept ? { kept: true } : {}) } }),
    notes: [...overlapNotes(isKept ? { train, validation } : shares, overlap, options, kind), ...notes],
  };
}

/** Test examples, and what there is to say about them. */
interface TestPart<T> {
  /** Undefined without test examples. */
  readonly test: readonly T[] | undefined;
  readonly notes: readonly string[];
}

/**
 * Takes test examples from `shares.test`, but none whose key is also in training or validation, or came before. The
 * model remembers what it was trained on, and looks better on what it was chosen by.
 *
 * @param noun name of one example
 * @throws InputError `E_DATA` where that leaves fewer than the options ask for, or fewer than an interval needs.
 */
export function testPart<T>(
  { train, validation, test, drawn }: Shares<T>,
  options: DataOptions,
  noun: string,
  keyOf: (example: T) => string,
): TestPart<T> {
  const { testExamples, testData } = options;
  if (testExamples === 0 || (testExamples === undefined && testData === undefined)) {
    if (test.length === 0 || testExamples === 0) return { test: undefined, notes: [] };
    const count = counted(test.length, `test ${noun}`);
    return {
      test: undefined,
      notes: [`Left ${count} alone (${optionNamed(options, "testExamples")} scores on them).`],
    };
  }
  const seen = new Set([...train, ...validation].map(keyOf));
  const fresh = test.filter((example) => !seen.has(keyOf(example)) && seen.add(keyOf(example)));
  const least = Math.max(2, testExamples ?? 0);
  if (fresh.length < least) {
    throw new InputError(
      "E_DATA",
      testExamples === undefined || fresh.length < 2
        ? `the test examples must be two or more that are not in training or validation, got ${fresh.length}`
        : `${optionNamed(options, "testExamples")} must be at most ${fresh.length}, what the data hold besides training and validation, got ${testExamples}`,
    );
  }
  const dropped = test.length - fresh.length;
  return {
    test: fresh.slice(0, testExamples),
    notes: [
      ...(dropped > 0
        ? [`Left out ${counted(dropped, `test ${noun}`)} that occurred in training, in validation or before.`]
        : []),
      ...(drawn.test
        ? [
            `Test ${noun}s were drawn from what was left for training. A column named split would decide instead.`,
          ]
        : []),
    ],
  };
}

/** Rows of a file of test examples in the order of their hashes: all, or those of its test part where it names one. */
export function ownTestPart<T extends SplitRow & { readonly id: string }>(rows: readonly T[]): T[] {
  const named = rows.filter(({ split }) => split === "test");
  return byHash(named.length > 0 ? named : rows, ({ id }) => id);
}
