/**
 * Does the judged state of convergence match what twice the budget brings? Reads `results.json` of sweeps that differ in
 * their budget alone, in ascending order, and prints a markdown table.
 *
 *     node --conditions=@lorank/source --import tsx bench/convergence-study.ts NAME:FOLDER,FOLDER,... [NAME:...]
 */

import { readFileSync } from "node:fs";
import { convergenceOf } from "../src/checks/convergence/find.ts";
import { parseResults } from "../src/schema/parse-results.ts";
import type { Results } from "../src/schema/types.ts";

const threshold = 0.02;
const nats = (value: number): string => value.toFixed(3);

interface Quality {
  readonly logLoss: number;
  readonly accuracy: number;
}

function qualityOf({ trials }: Results, rank: number): Quality {
  const done = trials.flatMap(({ spec, evaluation }) =>
    spec.lora.rank === rank && evaluation ? [evaluation as Required<typeof evaluation>] : [],
  );
  const mean = (pick: (quality: Quality) => number): number =>
    done.reduce((sum, evaluation) => sum + pick(evaluation), 0) / done.length;
  return { logLoss: mean(({ logLoss }) => logLoss), accuracy: mean(({ accuracy }) => accuracy) };
}

console.log(
  "| sweep | passes | rank | judged | fall at twice the budget, training loss | training loss at the end | validation log loss | " +
    "its fall at twice the budget | accuracy | its rise |",
);
console.log(`|${" --- |".repeat(10)}`);
for (const argument of process.argv.slice(2)) {
  const [name, folders] = argument.split(":") as [string, string];
  const sweeps = folders
    .split(",")
    .map((folder) => parseResults(JSON.parse(readFileSync(`${folder}/results.json`, "utf8"))));
  sweeps.forEach((results, i) => {
    const { majorityShare } = results.data;
    const options = {
      confidence: 0.95,
      threshold,
      ...(majorityShare === undefined ? {} : { majorityShare }),
    };
    for (const { rank, epochs, state, fall, interval, trainLoss } of convergenceOf(results.trials, options)) {
      if (fall === undefined || interval === undefined || trainLoss === undefined) continue;
      const now = qualityOf(results, rank);
      const next = sweeps[i + 1] && qualityOf(sweeps[i + 1]!, rank);
      const cells = [
        `${nats(fall)} ± ${nats((interval[1] - interval[0]) / 2)}`,
        nats(trainLoss),
        nats(now.logLoss),
        next ? nats(now.logLoss - next.logLoss) : "",
        `${(100 * now.accuracy).toFixed(1)} %`,
        next ? (100 * (next.accuracy - now.accuracy)).toFixed(1) : "",
      ];
      console.log(`| ${name} | ${epochs} | ${rank} | ${state} | ${cells.join(" | ")} |`);
    }
  });
}
