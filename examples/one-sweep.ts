/**
 * A sweep from top to bottom on the packages alone: what it can show, one training a rank and seed, and what the runs support.
 * `lorank sweep` does the same with files, retries and several processes.
 *
 *     npm run one-sweep
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { countLoraParams } from "@lorank/core";
import { modelShapeFromConfig, selectTargets } from "@lorank/core/models";
import { decide, previewDesign } from "@lorank/evidence";
import { outcomesFromTrials } from "@lorank/evidence/methods";
import { rankToUse, type TrialResult } from "@lorank/evidence/results";
import { modelFolder, spamAssassin } from "@lorank/starter";
import { trainLora } from "@lorank/train";

// The question: is rank 2 enough, if a loss of 3 points of accuracy is acceptable?
const ranks = [2, 16];
const seeds = [1, 2, 3];
const margin = 0.03;

// The data: every fourth e-mail of the built-in set, of which 200 are set aside and 160 train, the same ones in every run.
const data = spamAssassin()
  .train.filter((_, i) => i % 4 === 0)
  .map(({ text, label }) => ({ text, label }));
const validationExamples = 200;
const trainExamples = 160;

// The plan: what each rank costs, and what so many seeds and examples can show if ranks disagree on 5 % of the examples.
const shape = modelShapeFromConfig(JSON.parse(readFileSync(join(modelFolder, "config.json"), "utf8")));
const targets = selectTargets(shape, "all-linear");
for (const rank of ranks) console.log(`rank ${rank}: ${countLoraParams(targets, rank)} trained parameters`);
const design = { ranks: ranks.length, seeds: seeds.length, examples: validationExamples, margin };
const row = previewDesign({ ...design, noise: 0.05 }).rows.find(({ seeds: count }) => count === seeds.length);
console.log("planned:", row);

// The trainings: settings and order of the data are equal under one seed, so that runs differ by the rank alone.
const trials: TrialResult[] = [];
for (const seed of seeds) {
  for (const rank of ranks) {
    const { result } = await trainLora({
      model: modelFolder,
      data,
      trainExamples,
      validationExamples,
      rank,
      seed,
    });
    console.log(`rank ${rank}, seed ${seed}: accuracy ${result.evaluation?.accuracy}`);
    trials.push(result);
  }
}

// The decision: right and wrong answers of each run, example by example.
const decision = decide(outcomesFromTrials(trials), { margin });
console.log(`${decision.verdict}: take rank ${rankToUse(decision)}`);
console.log(decision.explanation.replaceAll(". ", ".\n"));
