/**
 * Simulates searches for a choice (targets, scaling, alpha): how often another value than the default is named where all
 * are equal, and how often a true gain is found.
 *
 *     npx tsx --conditions=@lorank/source packages/sweep/bench/choice-errors.ts
 */
import { type NamedShare, namedShare } from "../test/helpers/simulated-choices.ts";

const searches = 4000;
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

console.log(
  "| examples | values | training noise | another named after one look | another named | gain of 3 found | gain of 5 found |",
);
console.log("| --- | --- | --- | --- | --- | --- | --- |");
for (const examples of [50, 150])
  for (const values of [2, 3])
    for (const trainingNoise of [0, 0.5, 1, 2]) {
      const [none, three, five] = [0, 3, 5].map((gain) =>
        namedShare({
          searches,
          examples,
          values,
          trainingNoise,
          gain,
          randomSeed: 100 * examples + 10 * values + gain,
        }),
      ) as [NamedShare, NamedShare, NamedShare];
      const shares = [none.anotherAtOnce, none.another, three.best, five.best];
      console.log(`| ${[examples, values, trainingNoise, ...shares.map(percent)].join(" | ")} |`);
    }
