import { shows } from "./shows.ts";

/** A table of runs: seed 1, 2, … in the order of the accuracies. */
function runsTable(accuracies: Readonly<Record<number, readonly number[]>>): string {
  const rows = Object.entries(accuracies).flatMap(([rank, bySeed]) =>
    bySeed.map((accuracy, i) => `${rank},${i + 1},${accuracy}`),
  );
  return `rank,seed,accuracy\n${rows.join("\n")}\n`;
}

const plateau = runsTable({
  4: [0.871, 0.868, 0.874, 0.866, 0.872],
  8: [0.913, 0.91, 0.916, 0.909, 0.915],
  16: [0.914, 0.911, 0.915, 0.91, 0.916],
});

shows("verdict", "a table of runs, adequate", async ({ write, run }) => {
  write("runs.csv", plateau);
  await run("verdict runs.csv");
  await run("verdict runs.csv --all");
});

shows("verdict", "a table without ranks, refused", async ({ write, run }) => {
  write("runs.csv", "seed,accuracy\n1,0.9\n2,0.91\n");
  await run("verdict runs.csv");
});
