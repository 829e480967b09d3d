import { firstOf, InputError } from "@lorank/core";
import { plainName, type Row } from "@lorank/tables";
import { noGroups } from "@lorank/tables/names";
import { type ChosenExamples, chooseExamples, chooseParts, testPlaces } from "./chosen-examples.ts";
import {
  type DataOptions,
  isInParts,
  type LabelledParts,
  optionNamed,
  placeOfData,
  skippedNote,
} from "./data-options.ts";
import { groupColumnIn, groupColumnOf } from "./group-column.ts";
import { byHash, guessNote } from "./parts.ts";
import type { ExampleKind } from "./repeats.ts";
import { placeIn } from "./row-heads.ts";
import { subjectsIn } from "./shared-sources.ts";
import { textTableOf } from "./text-table.ts";
import type { LabelledText } from "./tokenize-classification.ts";

interface Labelled {
  readonly label: string;
}

/** Labelled rows after merging spellings of a label, and a note on labels that are nearly equal. */
interface Spelled<T> {
  readonly rows: readonly T[];
  readonly testRows: readonly T[] | undefined;
  readonly notes: readonly string[];
}

const mostListed = 8;

/** Finds labels that differ only in case or surrounding spaces; `mergeLabels` takes the most frequent spelling. */
function spellLabels<T extends Labelled>(
  rows: readonly T[],
  testRows: readonly T[] | undefined,
  options: DataOptions,
): Spelled<T> {
  const all = [...rows, ...(testRows ?? [])];
  const counts = new Map<string, number>();
  for (const { label } of all) counts.set(label, (counts.get(label) ?? 0) + 1);
  const byName = new Map<string, string[]>();
  for (const label of counts.keys())
    byName.set(plainName(label), [...(byName.get(plainName(label)) ?? []), label]);
  const groups = [...byName.values()].filter((spellings) => spellings.length > 1);
  if (groups.length === 0) return { rows, testRows, notes: [] };
  const labels = groups.flat();
  const quoted = labels.map((label) => JSON.stringify(label));
  const found = `${labels.length} labels differ only in case or in spaces around them: ${firstOf(quoted, mostListed)}.`;
  const option = optionNamed(options, "mergeLabels");
  const classes = groups.length === 1 ? "one class" : `${groups.length} classes`;
  if (options.mergeLabels !== true)
    return {
      rows,
      testRows,
      notes: [`${found} Each is a class of its own; ${option} makes them ${classes}.`],
    };
  const merged = new Map(
    groups.flatMap((spellings) => {
      const mostFrequent = spellings.reduce((a, b) => (counts.get(b)! > counts.get(a)! ? b : a)).trim();
      return spellings.map((label) => [label, mostFrequent] as const);
    }),
  );
  const spelled = (row: T): T => ({ ...row, label: merged.get(row.label) ?? row.label });
  return {
    rows: rows.map(spelled),
    testRows: testRows?.map(spelled),
    notes: [`${found} They are ${classes} (${option}).`],
  };
}

/**
 * Loads a sweep's labelled texts.
 * @param rows data rows, unless the data is in parts.
 * @param testRows rows from the test file.
 * @throws InputError `E_DATA` with everything unfit for a comparison.
 */
export function loadTexts(
  options: DataOptions,
  rows: readonly Row[],
  testRows?: readonly Row[],
): ChosenExamples<LabelledText> {
  const { data } = options;
  const texts = isInParts(data) ? textsInParts(data, options) : textsInRows(options, rows, testRows);
  const problems = classProblems(texts, options);
  if (problems.length > 0) throw new InputError("E_DATA", problems.join("\n"));
  return texts;
}

function textsInParts(parts: LabelledParts, options: DataOptions): ChosenExamples<LabelledText> {
  const isGrouped = options.groupColumn !== noGroups;
  const ordered = (texts: readonly LabelledText[]) =>
    byHash(isGrouped ? texts : texts.map(({ group: _, ...text }) => text), ({ id }) => id);
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
  const groups = groupColumnOf(records, options);
  const { groupColumn } = groups;
  const { guessed, skipped, ...table } = textTableOf(placeOfData(options), records, {
    ...options,
    groupColumn,
  });
  const { rows: _, ...columns } = table;
  const tested =
    testRecords &&
    textTableOf(testData, testRecords, {
      ...options,
      ...columns,
      groupColumn: groupColumnIn(testRecords, groups),
    });
  const { rows, testRows, notes } = spellLabels(table.rows, tested?.rows, options);
  const chosen = chooseExamples<LabelledText>(rows, testRows, options, {
    ...kindOfText(placeIn(records)),
    subjectOf: subjectsIn(records),
    ...testPlaces(testRecords, testData),
  });
  const left = skippedNote(skipped + (tested?.skipped ?? 0), options);
  const guesses = guessed.map(({ kind, by }) => {
    const option = `${kind}Column` as const;
    return { kind, by, column: columns[option], option };
  });
  return {
    ...chosen,
    notes: [
      ...guessNote([...guesses, ...groups.guesses], options),
      ...groups.notes,
      ...left,
      ...notes,
      ...chosen.notes,
    ],
  };
}

function kindOfText(placeOf: (text: LabelledText) => string): ExampleKind<LabelledText> {
  const keyOf = ({ text }: LabelledText): string => text;
  return { noun: "text", keyOf, wordsOf: keyOf, placeOf };
}

function classProblems(
  { train, validation, test = [] }: ChosenExamples<LabelledText>,
  options: DataOptions,
): string[] {
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
  const problems = [
    ...onlyIn(all, "validation"),
    ...onlyIn([...tested].filter((label) => !validated.has(label)).sort(), "the test"),
  ];
  if (problems.length === 0) return [];
  // With at least as many training texts as classes, a class is missing only if no training row has it.
  const fewest = new Set([...all, ...tested]).size;
  const { trainExamples = fewest } = options;
  const cure =
    trainExamples < fewest
      ? `Take a training text for each of the ${fewest} classes: ${optionNamed(options, "trainExamples")} ${fewest} or more.`
      : "Add training texts of the class, or leave its rows out.";
  return [...problems, cure];
}
