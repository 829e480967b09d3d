import { readScores } from "../../src/readers/read-runs.ts";
import type { RowChoices } from "../../src/readers/rows/row-choices.ts";
import type { ScoreChoices } from "../../src/readers/scores/choose-score.ts";
import { temporaryFolder, writeBelow } from "./files.ts";

/** Writes a file in a folder of its own. */
export function written(name: string, text: string): string {
  return writeBelow(temporaryFolder(), name, text);
}

/** Reads the scores of a table. */
export function readTable(text: string, choices?: ScoreChoices & RowChoices, name = "runs.csv") {
  return readScores(written(name, text), choices);
}
