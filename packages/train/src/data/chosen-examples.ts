import { capitalised, counted, firstOf, InputError, wholeNumber } from "@lorank/core";
import type { Overlap, SharedSources } from "@lorank/evidence/schema";
import type { Row } from "@lorank/tables";
import { type DataOptions, lastPart, nameOfData, optionNamed } from "./data-options.ts";
import { assertGroups } from "./group-column.ts";
import {
  assertEnough,
  byHash,
  rowsToDrawFrom,
  type Shares,
  type SplitRow,
  shareOut,
  trainPart,
  type ValidationLimit,
  validationLimit,
} from "./parts.ts";
import {
  type ExampleKind,
  knownExamples,
  nearRepeatNotes,
  ofGroupsIn,
  overlapNotes,
  withoutRepeats,
} from "./repeats.ts";
import { placeIn } from "./row-heads.ts";
import { findSharedSources } from "./shared-sources.ts";

/** Classes with fewer training texts get a note. */
const fewOfClass = 3;
const mostNamed = 5;

interface ThinTraining<T> {
  /** Rows by part, before the options limit them. */
  readonly shares: Shares<T>;
  readonly train: readonly T[];
  readonly validation: readonly T[];
}

/** Notes if training keeps under half the rows, or under three texts in a validation class. */
function thinTrainingNotes<T extends SplitRow>(
  { shares, train, validation }: ThinTraining<T>,
  options: DataOptions,
  noun: string,
): string[] {
  return [...halfNote(shares, options, noun), ...classNote(train, validation, noun)];
}

function halfNote<T>(shares: Shares<T>, options: DataOptions, noun: string): string[] {
  const { train, drawn } = shares;
  const rows = rowsToDrawFrom(shares);
  if (!drawn.validation || train.length >= rows / 2) return [];
  const flags = (["validationExamples", "testExamples"] as const)
    .filter((key) => options[key] !== undefined && options[key] !== 0)
    .map((key) => optionNamed(options, key));
  const fewer = flags.length === 0 ? "" : `Take fewer ${flags.join(" or ")}, or more data. `;
  return [
    `Training keeps ${wholeNumber(train.length)} of ${counted(rows, noun)}, less than half. ` +
      `${fewer}Ranks are compared as they learn from those alone.`,
  ];
}

function classNote<T extends SplitRow>(
  train: readonly T[],
  validation: readonly T[],
  noun: string,
): string[] {
  const counts = new Map(validation.flatMap(({ label }) => (label === undefined ? [] : [[label, 0]])));
  for (const { label = "" } of train) if (counts.has(label)) counts.set(label, counts.get(label)! + 1);
  const few = [...counts].filter(([, count]) => count < fewOfClass).sort(([a], [b]) => (a < b ? -1 : 1));
  if (few.length === 0) return [];
  const named = few.map(([label, count]) => `${JSON.stringify(label)} (${count})`);
  const [classes, them] = few.length === 1 ? ["class", "it"] : ["classes", "them"];
  return [
    `Training has one or two ${noun}s of the ${classes} ${firstOf(named, mostNamed)}, which validation scores: ` +
      `more data may be needed to learn ${them}.`,
  ];
}

export interface ChosenExamples<T> {
  readonly name: string;
  readonly train: readonly T[];
  readonly validation: readonly T[];
  readonly test?: readonly T[] | undefined;
  readonly validationLimit: ValidationLimit;
  /** Counts of validation examples also in training, or whose group is; undefined for none. */
  readonly overlap?: Overlap | undefined;
  /** Counts of validation examples that seem to share a source with another; undefined for none. */
  readonly sharedSources?: SharedSources | undefined;
  readonly notes: readonly string[];
}

/**
 * Chooses a sweep's examples, ordered by SHA-256(id). Without a `split` column, repeated examples are taken once: a
 * model could remember those in both parts.
 * @param testRows rows from the test file.
 * @throws InputError `E_DATA` for fewer than the options require; as {@link testPart}.
 */
export function chooseExamples<T extends SplitRow & { readonly id: string }>(
  rows: readonly T[],
  testRows: readonly T[] | undefined,
  options: DataOptions,
  kind: ExampleKind<T>,
): ChosenExamples<T> {
  const { noun } = kind;
  const isGrouped = rows.some(({ group }) => group !== undefined);
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
  const shared = findSharedSources(chosen, kind, options);
  const byClass = rows.some(({ label }) => label !== undefined) ? ", class by class" : "";
  const whole = isGrouped ? ", in whole groups" : "";
  const drawn = `${capitalised(noun)}s for validation were drawn from the file${byClass}${whole}.`;
  return {
    ...chosen,
    ...(shared.sharedSources === undefined ? {} : { sharedSources: shared.sharedSources }),
    name: nameOfData(options),
    notes: [
      ...notes,
      ...(shares.drawn.validation ? [`${drawn} A column named split would decide instead.`] : []),
      ...thinTrainingNotes({ shares, ...chosen }, options, noun),
      ...(hasSplit ? nearRepeatNotes(chosen, kind) : []),
      ...shared.notes,
      ...chosen.notes,
    ],
  };
}

/**
 * Limits each part to the options' counts. Validation examples also in training, or whose group is, are left out by
 * default: a model remembers them.
 * @throws InputError `E_DATA` for fewer than the options require; as {@link testPart}.
 */
export function chooseParts<T extends SplitRow>(
  shares: Shares<T>,
  options: DataOptions,
  kind: ExampleKind<T>,
): Omit<ChosenExamples<T>, "name"> {
  const { keyOf } = kind;
  const isKept = options.keepOverlap === true;
  const found = knownExamples(shares, keyOf);
  const leftOut = new Set(isKept ? [] : [...found.repeated, ...found.related]);
  const parts = { ...shares, validation: shares.validation.filter((example) => !leftOut.has(example)) };
  assertEnough(parts, options, isKept ? {} : found);
  const validation = parts.validation.slice(0, options.validationExamples);
  assertGroups("validation", validation, options);
  const { test, notes } = testPart(parts, options, kind);
  const train = trainPart(parts.train, options.trainExamples, [...validation, ...(test ?? [])]);
  const known = isKept ? knownExamples({ train, validation }, keyOf) : found;
  const { repeated, related } = known;
  return {
    train,
    validation,
    test,
    validationLimit: validationLimit(parts),
    ...(repeated.length + related.length === 0
      ? {}
      : {
          overlap: {
            validation: repeated.length,
            ...(related.length > 0 ? { ofTrainedGroups: related.length } : {}),
            ...(isKept ? { kept: true } : {}),
          },
        }),
    notes: [...overlapNotes(isKept ? { train, validation } : shares, known, options, kind), ...notes],
  };
}

interface TestPart<T> {
  readonly test: readonly T[] | undefined;
  readonly notes: readonly string[];
}

/**
 * Takes distinct test examples outside training and validation, by default also outside their groups: known examples
 * would score too well.
 * @throws InputError `E_DATA` for fewer than the options or an interval require.
 */
export function testPart<T extends SplitRow>(
  { train, validation, test, drawn }: Shares<T>,
  options: DataOptions,
  { noun, keyOf, placeOf, testPlaceOf = placeOf }: Omit<ExampleKind<T>, "wordsOf">,
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
  const others = [...train, ...validation];
  const seen = new Set(others.map(keyOf));
  const distinct = test.filter((example) => !seen.has(keyOf(example)) && seen.add(keyOf(example)));
  const related = options.keepOverlap === true ? [] : ofGroupsIn(others, distinct);
  const leftOut = new Set(related);
  const fresh = distinct.filter((example) => !leftOut.has(example));
  const keep = `(${optionNamed(options, "keepOverlap")} keeps them)`;
  const further = related.length === 0 ? "" : `, not counting ${related.length} whose group is there ${keep}`;
  const least = Math.max(2, testExamples ?? 0);
  if (fresh.length < least) {
    throw new InputError(
      "E_DATA",
      testExamples === undefined || fresh.length < 2
        ? `the test examples must be two or more that are not in training or validation${further}, got ${fresh.length}`
        : `${optionNamed(options, "testExamples")} must be at most ${fresh.length}, what the data hold besides training and validation${further}, got ${testExamples}`,
    );
  }
  const dropped = test.length - distinct.length;
  const [first] = related;
  const other = others.find(({ group }) => group === first?.group)!;
  const taken = fresh.slice(0, testExamples);
  assertGroups("test", taken, options);
  return {
    test: taken,
    notes: [
      ...(dropped > 0
        ? [`Left out ${counted(dropped, `test ${noun}`)} that occurred in training, in validation or before.`]
        : []),
      ...(first
        ? [
            `Left out ${related.length} of ${counted(test.length, `test ${noun}`)} whose group is also in training or validation: ` +
              `${testPlaceOf(first)} and ${placeOf(other)}, for example ${keep}.`,
          ]
        : []),
      ...(drawn.test
        ? [
            `Test ${noun}s were drawn from what was left for training. A column named split would decide instead.`,
          ]
        : []),
    ],
  };
}

/** Describes test examples by row and file, for messages; empty without a test file. */
export function testPlaces(
  rows: readonly Row[] | undefined,
  path: string,
): Pick<ExampleKind<{ readonly id: string }>, "testPlaceOf"> {
  if (rows === undefined) return {};
  const placeOf = placeIn(rows);
  return { testPlaceOf: (example) => `${placeOf(example)} of ${lastPart(path)}` };
}

/** Test rows from a test file, in hash order: those with split `test`, else all. */
export function ownTestPart<T extends SplitRow & { readonly id: string }>(rows: readonly T[]): T[] {
  const named = rows.filter(({ split }) => split === "test");
  return byHash(named.length > 0 ? named : rows, ({ id }) => id);
}
