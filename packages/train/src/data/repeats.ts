import { counted, InputError } from "@lorank/core";
import { type DataOptions, optionNamed } from "./data-options.ts";
import type { Grouped } from "./groups.ts";

export interface ExampleKind<T> {
  readonly noun: string;
  readonly keyOf: (example: T) => string;
  readonly wordsOf: (example: T) => string;
  /** Describes an example's place in the data, such as `row 7`. */
  readonly placeOf: (example: T) => string;
  /** Describes an example's place in the test file. */
  readonly testPlaceOf?: (example: T) => string;
  /** Subject line of an example, if it is a mail; else empty. */
  readonly subjectOf?: (example: T) => string;
}

interface TrainValidation<T> {
  readonly train: readonly T[];
  readonly validation: readonly T[];
}

/** Validation examples also in training, or whose group is: a model may remember them instead of generalising. */
export interface KnownExamples<T> {
  readonly repeated: readonly T[];
  /** Further validation examples whose group is also in training. */
  readonly related: readonly T[];
}

export function knownExamples<T extends Grouped>(
  { train, validation }: TrainValidation<T>,
  keyOf: (example: T) => string,
): KnownExamples<T> {
  const trained = new Set(train.map(keyOf));
  const isRepeated = (example: T): boolean => trained.has(keyOf(example));
  return {
    repeated: validation.filter(isRepeated),
    related: ofGroupsIn(
      train,
      validation.filter((example) => !isRepeated(example)),
    ),
  };
}

export function ofGroupsIn<T extends Grouped>(others: readonly T[], examples: readonly T[]): readonly T[] {
  const groups = new Set(others.map(({ group }) => group));
  return examples.filter(({ group }) => group !== undefined && groups.has(group));
}

/** Notes on validation examples known from training. */
export function overlapNotes<T extends Grouped>(
  { train, validation }: TrainValidation<T>,
  { repeated, related }: KnownExamples<T>,
  options: DataOptions,
  { noun, keyOf, placeOf }: ExampleKind<T>,
): string[] {
  const isKept = options.keepOverlap === true;
  const option = optionNamed(options, "keepOverlap");
  const note = (found: readonly T[], rule: string, nameOf: (example: T) => unknown, news: string) => {
    const [first] = found;
    if (first === undefined) return [];
    const trained = train.find((example) => nameOf(example) === nameOf(first))!;
    const which =
      `${found.length} of ${counted(validation.length, `validation ${noun}`)} ${rule} ` +
      `also in training: ${placeOf(first)} and ${placeOf(trained)}, for example`;
    return isKept
      ? [`Kept ${which} (${option}). They make validation look better than ${news} would.`]
      : [`Left out ${which} (${option} keeps them).`];
  };
  const are = repeated.length === 1 ? "is" : "are";
  return [
    ...note(repeated, `that ${are}`, keyOf, `new ${noun}s`),
    ...note(related, "whose group is", ({ group }) => group, `${noun}s of new groups`),
  ];
}

/** Note on validation examples that equal a training example but for case, spaces, punctuation or digits. */
export function nearRepeatNotes<T>(
  { train, validation }: TrainValidation<T>,
  { noun, keyOf, wordsOf, placeOf }: ExampleKind<T>,
): string[] {
  const exact = new Set(train.map(keyOf));
  const near = new Map(train.map((example) => [normalized(wordsOf(example)), example]));
  near.delete(""); // no letters
  const alike = validation.filter(
    (example) => !exact.has(keyOf(example)) && near.has(normalized(wordsOf(example))),
  );
  const [first] = alike;
  if (first === undefined) return [];
  return [
    `${alike.length} of ${counted(validation.length, `validation ${noun}`)} ${alike.length === 1 ? "differs" : "differ"} ` +
      `from a training ${noun} only in case, spaces, punctuation or digits: ` +
      `${placeOf(first)} and ${placeOf(near.get(normalized(wordsOf(first)))!)}, for example. ` +
      "They are kept as the data say, and make validation look better than new texts would.",
  ];
}

interface Distinct<T> {
  readonly distinct: readonly T[];
  readonly notes: readonly string[];
}

/**
 * First row for each distinct example. Notes name repeats, and repeats with another label.
 * @param isKept repeats stay; a note names only those with other labels.
 * @throws InputError `E_DATA` if every example has several labels.
 */
export function withoutRepeats<T extends { readonly label?: string }>(
  rows: readonly T[],
  { noun, keyOf, placeOf }: ExampleKind<T>,
  isKept: boolean,
): Distinct<T> {
  const firsts = new Map<string, T>();
  for (const row of rows) if (!firsts.has(keyOf(row))) firsts.set(keyOf(row), row);
  const repeats = rows.filter((row) => firsts.get(keyOf(row)) !== row);
  const contrary = repeats.filter((row) => firsts.get(keyOf(row))!.label !== row.label);
  const same = repeats.length - contrary.length;
  const [example] = contrary;
  const contradicted = new Set(contrary.map(keyOf));
  if (example && contradicted.size === firsts.size) {
    const [one, other] = [firsts.get(keyOf(example))!, example];
    const labels = `${placeOf(one)} has ${JSON.stringify(one.label)} and ${placeOf(other)} ${JSON.stringify(other.label)}`;
    throw new InputError(
      "E_DATA",
      `each ${noun} must have one label, got several for all ${counted(firsts.size, noun)}: ${labels}, for example`,
    );
  }
  const leftOut = (count: number) => `Left out ${counted(count, noun)} that occurred before`;
  const first = example && firsts.get(keyOf(example))!;
  return {
    distinct: isKept ? rows : [...firsts.values()],
    notes: [
      ...(same > 0 && !isKept ? [`${leftOut(same)}.`] : []),
      ...(example && first
        ? [
            `${isKept ? `${counted(contrary.length, noun)} occurred before` : leftOut(contrary.length)} with another label: ` +
              `${placeOf(first)} has ${JSON.stringify(first.label)} and ${placeOf(example)} ${JSON.stringify(example.label)}, for example. ` +
              (isKept
                ? "Within a part they are kept as the data say."
                : "The first label of each stands; the data do not say which is right."),
          ]
        : []),
    ],
  };
}

/** Text reduced to letters and symbols: no case, white space, punctuation or digits. */
function normalized(words: string): string {
  return plainWords(words)
    .replace(/[\s\p{N}]+/gu, " ")
    .trim();
}

/** Text reduced to letters, digits and symbols: no case, white space or punctuation. */
export function plainWords(words: string): string {
  return words
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s\p{P}]+/gu, " ")
    .trim();
}
