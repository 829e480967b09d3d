// Tables that are compared by a column in place of the rank.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { shows } from "./shows.ts";

/** Runs of models, five seeds each: the cheapest is worse, and the dearest no better than one that costs less. */
const models = [
  ["model", "quantisation", "gigabytes", "seed", "accuracy"],
  ...(
    [
      ["SmolLM2 135M Instruct", "none", 0.27, [0.871, 0.868, 0.874, 0.866, 0.872]],
      ["qwen3-4b", "q4", 2.5, [0.913, 0.91, 0.916, 0.909, 0.915]],
      ["qwen3-4b", "none", 8.04, [0.914, 0.911, 0.915, 0.91, 0.916]],
    ] as const
  ).flatMap(([model, quantisation, gigabytes, accuracies]) =>
    accuracies.map((accuracy, i) => [model, quantisation, gigabytes, i + 1, accuracy]),
  ),
]
  .map((row) => `${row.join(",")}\n`)
  .join("");

shows("verdict", "a table by model, with costs and without", async ({ write, run }) => {
  write("models.csv", models);
  await run("verdict models.csv --by model --by quantisation --cost gigabytes");
  await run("verdict models.csv --by model --by quantisation");
  await run("verdict models.csv --by model --by quantisation --all");
  await run("verdict models.csv --cost gigabytes");
});

shows("report", "of a table by model, with costs and without", async ({ write, run, hide, folder }) => {
  write("models.csv", models);
  hide(/(?<="bytes": )\d+/g, "N");
  const by = "report models.csv --by model --by quantisation";
  await run(`${by} --cost gigabytes`);
  await run(`${by} --out other.html --json`);
  const headsOf = (page: string) =>
    readFileSync(join(folder, page), "utf8")
      .match(/<th scope="col"[^>]*>[^<]*/g)!
      .slice(0, 2);
  expect(headsOf("report.html")[0]).toMatch(/>model, quantisation$/);
  expect(headsOf("report.html")[1]).toMatch(/>gigabytes$/);
  expect(headsOf("other.html")[1]).toMatch(/>Accuracy /);
});
