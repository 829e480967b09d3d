import { InputError } from "@lorank/core";
import { type DataOptions, nameOfData, placeOfData } from "./data-options.ts";
import { type Instruction, type InstructionTable, instructionTableOf } from "./instruction-table.ts";
import { guessNote, shareOut, sizeProblems } from "./parts.ts";
import type { Row } from "./row.ts";
import { ownTestPart, testPart } from "./test-part.ts";
import { counted } from "./words.ts";

export interface Instructions {
  readonly name: string;
  readonly train: readonly Instruction[];
  readonly validation: readonly Instruction[];
  /** Undefined where none are wanted. */
  readonly test?: readonly Instruction[] | undefined;
  /** What was guessed or left out, to be said aloud. */
  readonly notes: readonly string[];
}

/**
 * The instructions among rows. The same options on the same rows give the same instructions in
 * the same order, as for texts.
 *
 * @throws InputError `E_DATA` with all that makes them unfit for a comparison.
 */
export function loadInstructions(
  options: DataOptions,
  rows: readonly Row[],
  testRows?: readonly Row[],
): Instructions {
  const { promptColumn, responseColumn, messagesColumn, validationExamples } = options;
  const columns = {
    ...(promptColumn === undefined ? {} : { promptColumn }),
    ...(responseColumn === undefined ? {} : { responseColumn }),
    ...(messagesColumn === undefined ? {} : { messagesColumn }),
  };
  const table = instructionTableOf(placeOfData(options), rows, columns);
  const hasSplit = table.rows.some(({ split }) => split !== undefined);
  const distinct = hasSplit ? table.rows : withoutRepeats(table.rows);
  const repeated = table.rows.length - distinct.length;
  const shares = shareOut(distinct, validationExamples, testRows === undefined ? options.testExamples : 0);
  const { train, validation, drawn } = shares;
  const problems = sizeProblems({ train, validation }, options);
  if (problems.length > 0) throw new InputError("E_DATA", problems.join("\n"));
  const { testData = "" } = options;
  const tested = testPart<Instruction>(
    testRows === undefined
      ? shares
      : { ...shares, test: ownTestPart(instructionTableOf(testData, testRows, columns).rows) },
    options,
    "example",
    keyOf,
  );
  return {
    name: nameOfData(options),
    test: tested.test,
    train: train.slice(0, options.trainExamples),
    validation: validation.slice(0, validationExamples),
    notes: [
      ...guessNote(guesses(table), options),
      ...(repeated > 0 ? [`Left out ${counted(repeated, "example")} that occurred before.`] : []),
      ...(drawn.validation
        ? ["Examples for validation were drawn from the file. A column named split would decide instead."]
        : []),
      ...tested.notes,
    ],
  };
}

function guesses({ columns, guessed }: InstructionTable) {
  const names = columns as Readonly<Record<string, string>>;
  return guessed.map((kind) => ({
    kind: kind === "input" ? "input that is appended to the prompt" : kind,
    column: names[kind]!,
    option: kind === "input" ? "promptColumn" : `${kind}Column`,
  }));
}

/** Examples that differ in more than their id. */
function withoutRepeats(rows: readonly Instruction[]): readonly Instruction[] {
  const seen = new Set<string>();
  return rows.filter((row) => !seen.has(keyOf(row)) && seen.add(keyOf(row)));
}

/** What two examples with the same words have in common. */
function keyOf({ id: _, split: __, ...words }: Instruction): string {
  return JSON.stringify(words);
}
