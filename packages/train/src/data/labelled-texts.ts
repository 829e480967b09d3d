import { InputError } from "@lorank/core";
import { type ChosenExamples, chooseExamples, chooseParts } from "./chosen-examples.ts";
import { placeIn } from "./columns.ts";
import { type DataOptions, isInParts, type LabelledParts, placeOfData, skippedNote } from "./data-options.ts";
import { spellLabels } from "./label-spellings.ts";
import { byHash, guessNote } from "./parts.ts";
import type { ExampleKind } from "./repeats.ts";
import type { Row } from "./row.ts";
import { textTableOf } from "./text-table.ts";
import type { LabelledText } from "./tokenize-classification.ts";

/**
 * The labelled texts of a sweep.
 *
 * @param rows of the data, unless they are in parts.
 * @param testRows of the file of test texts, which has the columns of the data.
 * @throws InputError `E_DATA` with all that makes them unfit for a comparison.
 */
export function loadTexts(
  options: DataOptions,
  rows: readonly Row[],
  testRows?: readonly Row[],
): ChosenExamples<LabelledText> {
  const { data } = options;
  const texts = isInParts(data) ? textsInParts(data, options) : textsInRows(options, rows, testRows);
  const problems = classProblems(texts);
  if (problems.length > 0) throw new InputError("E_DATA", problems.join("\n"));
  return texts;
}

function textsInParts(parts: LabelledParts, options: DataOptions): ChosenExamples<LabelledText> {
  const ordered = (texts: readonly LabelledText[]) => byHash(texts, ({ id }) => id);
  const shares = {
    train: ordered(parts.train),
    validation: ordered(parts.validation),
    test: ordered(parts.test),
    drawn: { validation: false, test: false },
  };
  return {
    name: parts.name,
    ...chooseParts(
      shares,
      options,
      kindOfText(({ id }) => `text ${id}`),
    ),
  };
}

function textsInRows(
  options: DataOptions,
  records: readonly Row[],
  testRecords: readonly Row[] | undefined,
): ChosenExamples<LabelledText> {
  const { testData = "" } = options;
  const { guessed, skipped, ...table } = textTableOf(placeOfData(options), records, options);
  const { rows: _, ...columns } = table;
  const tested = testRecords && textTableOf(testData, testRecords, { ...options, ...columns });
  const { rows, testRows, notes } = spellLabels(table.rows, tested?.rows, options);
  const chosen = chooseExamples<LabelledText>(rows, testRows, options, kindOfText(placeIn(records)));
  const left = skippedNote(skipped + (tested?.skipped ?? 0), options);
  const guesses = guessed.map((kind) => {
    const option = `${kind}Column` as const;
    return { kind, column: columns[option], option };
  });
  return { ...chosen, notes: [...guessNote(guesses, options), ...left, ...notes, ...chosen.notes] };
}

function kindOfText(placeOf: (text: LabelledText) => string): ExampleKind<LabelledText> {
  const keyOf = ({ text }: LabelledText): string => text;
  return { noun: "text", keyOf, wordsOf: keyOf, placeOf };
}

function classProblems({ train, validation, test = [] }: ChosenExamples<LabelledText>): string[] {
  const trained = new Set(train.map(({ label }) => label));
  const validated = new Set(validation.map(({ label }) => label));
  const all = [...new Set([...trained, ...validated])].sort();
  if (all.length < 2) {
    return [`the data must have two or more classes, got only ${JSON.stringify(all[0])}`];
  }
  const onlyIn = (labels: readonly string[], part: string): string[] =>
    labels
      .filter((label) => !trained.has(label))
      .map((label) => `class ${JSON.stringify(label)} must have a training text, got it in ${part} only`);
  const tested = new Set(test.map(({ label }) => label));
  return [
    ...onlyIn(all, "validation"),
    ...onlyIn([...tested].filter((label) => !validated.has(label)).sort(), "the test"),
  ];
}
