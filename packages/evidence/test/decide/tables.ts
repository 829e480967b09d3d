import { priorOfLabels } from "../../src/decide/class-prior-loss.ts";
import type { OutcomeCell, OutcomeTable } from "../../src/decide/outcomes.ts";
import { outcomeTable } from "../../src/decide/outcomes.ts";

/**
 * A table with these accuracies by rank and seed on `examples` examples. Every run gets the first ones right, so two
 * runs differ on as few examples as their accuracies allow. Their training losses show that they are different runs.
 */
export function nestedTable(
  accuracies: Readonly<Record<number, readonly number[]>>,
  examples = 1000,
): OutcomeTable {
  const cells: OutcomeCell[] = [];
  for (const [rank, bySeed] of Object.entries(accuracies)) {
    bySeed.forEach((accuracy, seed) => {
      const right = Math.round(accuracy * examples);
      const correct = Array.from({ length: examples }, (_, e) => (e < right ? 1 : 0));
      cells.push({ rank: Number(rank), seed, correct, trainLosses: [Number(rank), seed] });
    });
  }
  return outcomeTable(cells, [], examples);
}

/** The same table with two classes of half of the examples each: runs that are all right on the same ones have learned. */
export function withClasses(table: OutcomeTable): OutcomeTable {
  return { ...table, prior: priorOfLabels(Array.from({ length: table.examples }, (_, e) => e % 2)) };
}

/** The same table without the runs that `fails` names. */
export function withoutRuns(
  table: OutcomeTable,
  fails: (rank: number, seed: number) => boolean,
  status: "diverged" | "out-of-memory" = "diverged",
): OutcomeTable {
  const failures = table.cells
    .filter((cell) => fails(cell.rank, cell.seed))
    .map(({ rank, seed }) => ({ rank, seed, status }));
  const cells = table.cells.filter((cell) => !fails(cell.rank, cell.seed));
  return outcomeTable(cells, failures, table.examples);
}
