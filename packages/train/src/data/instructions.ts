import { type ChosenExamples, chooseExamples } from "./chosen-examples.ts";
import { placeIn } from "./columns.ts";
import { type DataOptions, placeOfData, skippedNote } from "./data-options.ts";
import { type Instruction, type InstructionTable, instructionTableOf } from "./instruction-table.ts";
import { guessNote } from "./parts.ts";
import type { Row } from "./row.ts";

/**
 * The instructions of a sweep among rows.
 *
 * @param testRows of the file of test examples, which has the columns of the data.
 * @throws InputError `E_DATA` with all that makes them unfit for a comparison.
 */
export function loadInstructions(
  options: DataOptions,
  rows: readonly Row[],
  testRows?: readonly Row[],
): ChosenExamples<Instruction> {
  const { testData = "" } = options;
  const table = instructionTableOf(placeOfData(options), rows, options);
  const tested = testRows && instructionTableOf(testData, testRows, options);
  const chosen = chooseExamples(table.rows, tested?.rows, options, {
    noun: "example",
    keyOf,
    wordsOf,
    placeOf: placeIn(rows),
  });
  const left = skippedNote(table.skipped + (tested?.skipped ?? 0), options);
  return { ...chosen, notes: [...guessNote(guesses(table), options), ...left, ...chosen.notes] };
}

function guesses({ columns, guessed }: InstructionTable) {
  const names = columns as Readonly<Record<string, string>>;
  return guessed.map((kind) => ({
    kind: kind === "input" ? "input that is appended to the prompt" : kind,
    column: names[kind]!,
    option: kind === "input" ? "promptColumn" : `${kind}Column`,
  }));
}

function wordsOf(example: Instruction): string {
  return "messages" in example
    ? example.messages.map(({ content }) => content).join("\n")
    : `${example.prompt}\n${example.response}`;
}

function keyOf({ id: _, split: __, ...words }: Instruction): string {
  return JSON.stringify(words);
}
