import { InputError } from "@lorank/core";
import { type DataOptions, isInParts, type LabelledParts, nameOfData, placeOfData } from "./data-options.ts";
import { byHash, guessNote, shareOut, sizeProblems } from "./parts.ts";
import type { Row } from "./row.ts";
import { ownTestPart, testPart } from "./test-part.ts";
import { type TextTable, textTableOf } from "./text-table.ts";
import type { LabelledText } from "./tokenize-classification.ts";
import { counted } from "./words.ts";

export interface LabelledTexts {
  readonly name: string;
  readonly train: readonly LabelledText[];
  readonly validation: readonly LabelledText[];
  /** Undefined where none are wanted. */
  readonly test?: readonly LabelledText[] | undefined;
  /** What was guessed or left out, to be said aloud. */
  readonly notes: readonly string[];
}

/**
 * The labelled texts of a sweep. The same options on the same data give the same texts in the same order: they are taken in
 * the order of the SHA-256 of their ids, which has nothing to do with what they say.
 *
 * @param rows of the data, unless they are in parts.
 * @param testRows of the file of test texts.
 * @throws InputError `E_DATA` with all that makes them unfit for a comparison.
 */
export function loadTexts(
  options: DataOptions,
  rows: readonly Row[],
  testRows?: readonly Row[],
): LabelledTexts {
  const { data } = options;
  const source = isInParts(data) ? textsInParts(data, options) : textsInRows(options, rows, testRows);
  const problems = sizeProblems(source, options);
  if (problems.length === 0) {
    const chosen = {
      ...source,
      train: source.train.slice(0, options.trainExamples),
      validation: source.validation.slice(0, options.validationExamples),
    };
    problems.push(...classProblems(chosen));
    if (problems.length === 0) return chosen;
  }
  throw new InputError("E_DATA", problems.join("\n"));
}

function textsInParts({ name, ...parts }: LabelledParts, options: DataOptions): LabelledTexts {
  const ordered = (texts: readonly LabelledText[]) => byHash(texts, ({ id }) => id);
  const [train, validation, test] = [parts.train, parts.validation, parts.test].map(ordered) as [
    LabelledText[],
    LabelledText[],
    LabelledText[],
  ];
  const chosen = {
    train: train.slice(0, options.trainExamples),
    validation: validation.slice(0, options.validationExamples),
    test,
    drawn: { validation: false, test: false },
  };
  return { ...chosen, name, ...testPart(chosen, options, "text", ({ text }) => text) };
}

/**
 * A text that occurs twice is kept once where the data have no `split` column: it could lie on both sides
 * and be remembered instead of recognised.
 */
function textsInRows(
  options: DataOptions,
  records: readonly Row[],
  testRecords: readonly Row[] | undefined,
): LabelledTexts {
  const { textColumn, labelColumn, validationExamples } = options;
  const table = textTableOf(placeOfData(options), records, {
    ...(textColumn === undefined ? {} : { textColumn }),
    ...(labelColumn === undefined ? {} : { labelColumn }),
  });
  const hasSplit = table.rows.some(({ split }) => split !== undefined);
  const rows = hasSplit ? table.rows : withoutRepeats(table.rows);
  const repeated = table.rows.length - rows.length;
  const names = { text: table.textColumn, label: table.labelColumn };
  const shares = shareOut(rows, validationExamples, testRecords === undefined ? options.testExamples : 0);
  const { train, validation, drawn } = shares;
  const tested = testPart<LabelledText>(
    testRecords === undefined ? shares : { ...shares, test: testTexts(options, testRecords, table) },
    options,
    "text",
    ({ text }) => text,
  );
  return {
    name: nameOfData(options),
    train,
    validation,
    test: tested.test,
    notes: [
      ...guessNote(
        table.guessed.map((kind) => ({ kind, column: names[kind], option: `${kind}Column` })),
        options,
      ),
      ...(repeated > 0 ? [`Left out ${counted(repeated, "text")} that occurred before.`] : []),
      ...(drawn.validation
        ? [
            "Texts for validation were drawn from the file, class by class. A column named split would decide instead.",
          ]
        : []),
      ...tested.notes,
    ],
  };
}

/** The texts of a file of test texts, which has the columns of the data; where it names parts, its test part. */
function testTexts(
  { testData = "" }: DataOptions,
  records: readonly Row[],
  { textColumn, labelColumn }: TextTable,
): readonly LabelledText[] {
  const { rows } = textTableOf(testData, records, { textColumn, labelColumn });
  return ownTestPart(rows);
}

function withoutRepeats(rows: TextTable["rows"]): TextTable["rows"] {
  const seen = new Set<string>();
  return rows.filter(({ text }) => !seen.has(text) && seen.add(text));
}

function classProblems({ train, validation, test = [] }: LabelledTexts): string[] {
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
