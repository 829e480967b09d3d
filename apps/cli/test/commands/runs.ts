/** Tables of runs and of outcomes, as a user writes them. */
import { fileURLToPath } from "node:url";

/** Files that evaluators and trackers wrote. */
export const evaluatorFiles = fileURLToPath(
  new URL("../../../../packages/evidence/test/fixtures", import.meta.url),
);

/** A table of runs: seed 1, 2, … in the order of the accuracies. */
export function runsTable(accuracies: Readonly<Record<number, readonly number[]>>): string {
  const rows = Object.entries(accuracies).flatMap(([rank, bySeed]) =>
    bySeed.map((accuracy, i) => `${rank},${i + 1},${accuracy}`),
  );
  return `rank,seed,accuracy\n${rows.join("\n")}\n`;
}

/** Rank 4 is worse; 8 and 16 are equal. */
export const plateau = runsTable({
  4: [0.871, 0.868, 0.874, 0.866, 0.872],
  8: [0.913, 0.91, 0.916, 0.909, 0.915],
  16: [0.914, 0.911, 0.915, 0.91, 0.916],
});

export interface Outcome {
  readonly rank: number;
  readonly seed: number;
  readonly example: string;
  readonly correct: number;
}

/** Outcomes of ranks 2 and 8 under seeds 1 to 3 on 400 examples. Rank 2 misses an example in four that rank 8 has right. */
export const outcomes: readonly Outcome[] = [2, 8].flatMap((rank) =>
  [1, 2, 3].flatMap((seed) =>
    Array.from({ length: 400 }, (_, e) => {
      const isWrong = (e + seed) % 10 === 0 || (rank === 2 && (e + 3 * seed) % 4 === 0);
      return { rank, seed, example: `e${e}`, correct: isWrong ? 0 : 1 };
    }),
  ),
);

/** Objects of the same members as CSV. */
export function csv(rows: readonly object[], separator = ","): string {
  return [Object.keys(rows[0]!), ...rows.map(Object.values)]
    .map((row) => `${row.join(separator)}\n`)
    .join("");
}
