import { type DataOptions, nameOfData } from "./data-options.ts";
import { assertEnough, shareOut, type ValidationLimit, validationLimit } from "./parts.ts";
import { type ExampleKind, repeatNotes } from "./repeats.ts";
import { ownTestPart, testPart } from "./test-part.ts";
import type { SplitRow } from "./validation-split.ts";
import { counted } from "./words.ts";

/** The examples of a sweep, by part. */
export interface ChosenExamples<T> {
  readonly name: string;
  readonly train: readonly T[];
  readonly validation: readonly T[];
  /** Undefined where none are wanted. */
  readonly test?: readonly T[] | undefined;
  readonly validationLimit: ValidationLimit;
  /** What was guessed or left out, to be said aloud. */
  readonly notes: readonly string[];
}

/**
 * Chooses the examples of a sweep from the rows of a file. The same options on the same rows give the same examples in the
 * same order: they are taken in the order of the SHA-256 of their ids, which has nothing to do with what they say.
 *
 * An example that occurs twice is kept once where the data have no `split` column: it could lie on both sides and be
 * remembered instead of recognised.
 *
 * @param testRows of the file of test examples, where there is one.
 * @throws InputError `E_DATA` where there are fewer than are asked for; as {@link testPart}.
 */
export function chooseExamples<T extends SplitRow & { readonly id: string }>(
  rows: readonly T[],
  testRows: readonly T[] | undefined,
  options: DataOptions,
  kind: ExampleKind<T>,
): ChosenExamples<T> {
  const { noun, keyOf } = kind;
  const { trainExamples, validationExamples, testExamples } = options;
  const hasSplit = rows.some(({ split }) => split !== undefined);
  const distinct = hasSplit ? rows : withoutRepeats(rows, keyOf);
  const repeated = rows.length - distinct.length;
  const shares = shareOut(distinct, validationExamples, testRows === undefined ? testExamples : 0);
  assertEnough(shares, options);
  const parts = testRows === undefined ? shares : { ...shares, test: ownTestPart(testRows) };
  const { test, notes } = testPart(parts, options, noun, keyOf);
  const byClass = rows.some(({ label }) => label !== undefined) ? ", class by class" : "";
  const drawn = `${noun[0]!.toUpperCase()}${noun.slice(1)}s for validation were drawn from the file${byClass}.`;
  const train = shares.train.slice(0, trainExamples);
  const validation = shares.validation.slice(0, validationExamples);
  return {
    name: nameOfData(options),
    train,
    validation,
    test,
    validationLimit: validationLimit(shares),
    notes: [
      ...(repeated > 0 ? [`Left out ${counted(repeated, noun)} that occurred before.`] : []),
      ...(shares.drawn.validation ? [`${drawn} A column named split would decide instead.`] : []),
      ...(hasSplit ? repeatNotes({ train, validation }, kind) : []),
      ...notes,
    ],
  };
}

function withoutRepeats<T>(rows: readonly T[], keyOf: (row: T) => string): readonly T[] {
  const seen = new Set<string>();
  return rows.filter((row) => !seen.has(keyOf(row)) && seen.add(keyOf(row)));
}
