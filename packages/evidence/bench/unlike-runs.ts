/**
 * Errors and power where arms share no seeds and have unlike counts of runs and unlike noise. Prints markdown.
 *
 *     node --conditions=@lorank/source --import tsx bench/unlike-runs.ts [tables]
 */
import { compareScores } from "../src/decide/compare-scores.ts";
import { scoreDesign } from "../src/decide/score-design.ts";
import { randomStream } from "../src/statistics/random.ts";

const tables = Number(process.argv[2] ?? 2000);
const settings = { metric: "accuracy", margin: 0.01, confidence: 0.95 } as const;

/** Runs of arms and their standard deviations in points; both repeat from the fifth arm on. */
const designs: readonly (readonly [runs: readonly number[], spreads: readonly number[]])[] = [
  [
    [5, 4, 3, 2],
    [1, 2, 0.5, 3],
  ],
  [
    [2, 3, 4, 5],
    [1, 2, 0.5, 3],
  ],
  [
    [5, 4, 3, 2],
    [1, 1, 1, 3],
  ],
  [
    [6, 3, 3, 3],
    [1, 3, 3, 3],
  ],
  [
    [10, 3, 10, 3],
    [1, 6, 1, 6],
  ],
  [
    [5, 4, 3, 2],
    [1, 1, 1, 1],
  ],
  [
    [3, 3, 3, 6],
    [1, 1, 1, 1],
  ],
  [
    [5, 5, 5, 4],
    [1, 1, 1, 1],
  ],
];

/** Arms that are said to differ, as pairs of numbers; the first arm is `behind` the others. */
function claimed(
  [runs, spreads]: (typeof designs)[number],
  arms: number,
  behind: number,
  normal: () => number,
): (readonly [number, number])[] {
  const scored = Array.from({ length: arms }, (_, arm) =>
    Array.from({ length: runs[arm % 4]! }, () => ({
      rank: arm + 1,
      score: 0.8 - (arm === 0 ? behind : 0) + (spreads[arm % 4]! / 100) * normal(),
    })),
  ).flat();
  return compareScores(scoreDesign(scored), settings, { error: 0, examples: undefined, share: 1 })
    .pairs.filter(({ supported }) => supported)
    .map(({ first, second }) => [first, second]);
}

console.log("| runs | spreads | arms | false | found |");
console.log("| --- | --- | --: | --: | --: |");
for (const design of designs)
  for (const arms of [4, 8, 12]) {
    const { normal } = randomStream(arms);
    let [wrong, found] = [0, 0];
    for (let table = 0; table < tables; table++) {
      if (claimed(design, arms, 0, normal).length > 0) wrong++;
      const own = claimed(design, arms, 0.03, normal).filter(([first]) => first === 1);
      found += own.length / (arms - 1);
    }
    const shares = [wrong, found].map((count) => `${((100 * count) / tables).toFixed(1)} %`);
    console.log(`| ${design.map((row) => row.join(", ")).join(" | ")} | ${arms} | ${shares.join(" | ")} |`);
  }
