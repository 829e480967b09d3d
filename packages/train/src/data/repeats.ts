import { counted } from "./words.ts";

/** What one example is called, and what two examples with the same words have in common. */
export interface ExampleKind<T> {
  readonly noun: string;
  readonly keyOf: (example: T) => string;
  /** What it says, to be compared with what another says. */
  readonly wordsOf: (example: T) => string;
  /** Where it stands in the data, such as `row 7`. */
  readonly placeOf: (example: T) => string;
}

/**
 * What there is to say of validation examples that also stand in training, in the same words or nearly: a sentence with
 * the first of them, or none.
 */
export function repeatNotes<T>(
  { train, validation }: { readonly train: readonly T[]; readonly validation: readonly T[] },
  { noun, keyOf, wordsOf, placeOf }: ExampleKind<T>,
): string[] {
  const exact = new Map(train.map((example) => [keyOf(example), example]));
  const near = new Map(train.map((example) => [normalized(wordsOf(example)), example]));
  near.delete(""); // no letter in it
  const same = validation.filter((example) => exact.has(keyOf(example)));
  const alike = validation.filter(
    (example) => !exact.has(keyOf(example)) && near.has(normalized(wordsOf(example))),
  );
  const first = same[0] ?? alike[0];
  if (first === undefined) return [];
  const trained = exact.get(keyOf(first)) ?? near.get(normalized(wordsOf(first)))!;
  const but = "only in case, spaces, punctuation or digits";
  const others = alike.length === 1 ? "differs" : "differ";
  const found =
    same.length === 0
      ? `${alike.length} of ${counted(validation.length, `validation ${noun}`)} ${others} from a training ${noun} ${but}`
      : `${same.length} of ${counted(validation.length, `validation ${noun}`)} also ${same.length === 1 ? "stands" : "stand"} in training` +
        (alike.length === 0 ? "" : `, and ${alike.length} more ${others} from a training ${noun} ${but}`);
  return [
    `${found}: ${placeOf(first)} and ${placeOf(trained)}, for example. ` +
      "They are kept as the data say, and make validation look better than new texts would.",
  ];
}

/** Letters and symbols alone: case, white space, punctuation and digits make no difference. */
function normalized(words: string): string {
  return words
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s\p{P}\p{N}]+/gu, " ")
    .trim();
}
