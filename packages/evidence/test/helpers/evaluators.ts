import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { OutcomeTable } from "../../src/index.ts";
import { type ReadOutcomes, readOutcomes } from "../../src/readers/read-outcomes.ts";
import type { OutcomeChoices } from "../../src/readers/rows/row-choices.ts";
import { temporaryFolder } from "./files.ts";

/** Files that the evaluators wrote, and expected-*.csv as Python reads them: see its README. */
export const fixtures = fileURLToPath(new URL("../fixtures", import.meta.url));

/** Rank, seed and outcomes of each run. */
export const cellsOf = ({ cells }: OutcomeTable): (number | undefined)[][] =>
  cells
    .map(({ rank, seed, correct }) => [rank, seed, ...Array.from(correct)])
    .sort(([rank, seed], [otherRank, otherSeed]) => rank! - otherRank! || seed! - otherSeed!);

/** Writes files into an empty folder. */
export function writeRuns(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Reads the runs in folders such as r4-s1. */
export const readRuns = (folder: string, choices: OutcomeChoices = {}): Promise<ReadOutcomes> =>
  readOutcomes(join(folder, "r{rank}-s{seed}"), choices);
