/**
 * Simulates searches for a choice (targets, scaling, alpha): how often another value than the default is named where all
 * are equal, and how often a true gain is found.
 *
 *     npx tsx --conditions=@lorank/source packages/sweep/bench/choice-errors.ts
 */
import { namedShare } from "../test/helpers/simulated-choices.ts";

const searches = 4000;
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

console.log("| examples | values | training noise | gain | another named after one look | another named | best named |");
console.log("| --- | --- | --- | --- | --- | --- | --- |");
for (const examples of [50, 150, 400])
  for (const values of [2, 3])
    for (const trainingNoise of [0, 0.5, 1, 2])
      for (const gain of [0, 3, 5]) {
        const randomSeed = 1000 * examples + 100 * values + 20 * trainingNoise + gain;
        const named = namedShare({ searches, examples, values, trainingNoise, gain, randomSeed });
        const cells = [examples, values, trainingNoise, gain, ...[named.anotherAtOnce, named.another, named.best].map(percent)];
        console.log(`| ${cells.join(" | ")} |`);
      }
