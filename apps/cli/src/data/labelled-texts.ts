import { basename } from "node:path";
import { InputError } from "@lorank/core";
import { spamAssassin } from "@lorank/starter";
import { type LabelledText, type Row, readRows, type TextTable, textTableOf } from "@lorank/train";
import { defaults } from "../defaults.ts";
import { counted } from "../text.ts";
import { byHash, guessNote, shareOut, sizeProblems } from "./parts.ts";
import { ownTestPart, type TestOptions, testPart } from "./test-part.ts";

export interface LabelledTexts {
  readonly name: string;
  readonly train: readonly LabelledText[];
  readonly validation: readonly LabelledText[];
  /** Undefined where none are wanted. */
  readonly test?: readonly LabelledText[] | undefined;
  /** What was guessed or left out, to be said aloud. */
  readonly notes: readonly string[];
}

export interface TextsOptions extends TestOptions {
  /** `spam-assassin`, or a file. */
  readonly data: string;
  readonly textColumn?: string | undefined;
  readonly labelColumn?: string | undefined;
  readonly trainExamples?: number | undefined;
  readonly validationExamples?: number | undefined;
}

/**
 * The texts of a sweep. The same options on the same data give the same texts in the same order: they are taken in
 * the order of the SHA-256 of their ids, which has nothing to do with what they say.
 *
 * `rows` are those of the file, where it has been read before, and `testRows` those of the file of test texts.
 *
 * @throws InputError `E_DATA` with all that makes them unfit for a comparison.
 */
export function loadTexts(
  options: TextsOptions,
  rows?: readonly Row[],
  testRows?: readonly Row[],
): LabelledTexts {
  const source =
    options.data === defaults.data
      ? spamTexts(options)
      : fileTexts(options, rows ?? readRows(options.data), testRows);
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

function spamTexts(options: TextsOptions): LabelledTexts {
  const problems = (["text-column", "label-column"] as const).filter((key) =>
    key === "text-column" ? options.textColumn !== undefined : options.labelColumn !== undefined,
  );
  if (problems.length > 0) {
    throw new InputError(
      "E_DATA",
      `${problems.join(" and ")} must be absent with spam-assassin, which has no columns`,
    );
  }
  const { train, validation, test } = spamAssassin();
  const of = (texts: readonly LabelledText[], count: number) => byHash(texts, ({ id }) => id).slice(0, count);
  // A larger number than there is must be refused like any other, so take at least what was asked for.
  const chosen = {
    train: of(train, options.trainExamples ?? defaults.trainExamples),
    validation: of(validation, options.validationExamples ?? defaults.validationExamples),
    test: of(test, test.length),
    drawn: { validation: false, test: false },
  };
  const testExamples = options.testExamples ?? Math.min(chosen.validation.length, test.length);
  return {
    ...chosen,
    name: defaults.data,
    ...testPart(chosen, { testExamples }, "text", ({ text }) => text),
  };
}

/**
 * Rows of a file. A text that occurs twice is kept once where the file has no `split` column: it could lie on both sides
 * and be remembered instead of recognised.
 */
function fileTexts(
  options: TextsOptions,
  records: readonly Row[],
  testRecords: readonly Row[] | undefined,
): LabelledTexts {
  const { textColumn, labelColumn, validationExamples } = options;
  const table = textTableOf(options.data, records, {
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
    name: basename(options.data),
    train,
    validation,
    test: tested.test,
    notes: [
      ...guessNote(table.guessed.map((kind) => ({ kind, column: names[kind], flag: `${kind}-column` }))),
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
  { testData = "" }: TextsOptions,
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
