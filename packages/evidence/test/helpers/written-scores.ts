import type { RowChoices } from "../../src/outcomes/row-choices.ts";
import type { ScoreChoices } from "../../src/scores/columns.ts";
import { readScores } from "../../src/scores/read-runs.ts";
import { temporaryFolder, writeBelow } from "./files.ts";

/** Writes a file in a folder of its own. */
export function written(name: string, text: string): string {
  return writeBelow(temporaryFolder(), name, text);
}

/** Reads the scores of a table. */
export function readTable(text: string, choices?: ScoreChoices & RowChoices, name = "runs.csv") {
  return readScores(written(name, text), choices);
}
