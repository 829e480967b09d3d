/**
 * Errors and power of verdicts on scores of runs that share no seeds, beside Welch's tests with Holm's correction.
 * Prints markdown.
 *
 *     node --conditions=@lorank/source --import tsx bench/unpaired-scores.ts [sweeps]
 */
import { decideScores, type ScoredRun } from "../src/index.ts";
import { mean } from "../src/statistics/averages.ts";
import { randomStream } from "../src/statistics/random.ts";
import { upperTail } from "../src/statistics/student-t.ts";

const sweeps = Number(process.argv[2] ?? 500);
const margin = 0.01;
const level = 0.5;

/** Runs of each rank and their standard deviations, in points. */
interface Design {
  readonly runs: readonly number[];
  readonly spreads: readonly number[];
}

const spreads = {
  equal: [1, 1, 1, 1],
  "one rank × 3": [1, 1, 1, 3],
  "two ranks × 3": [1, 1, 3, 3],
  "all but one × 3": [1, 3, 3, 3],
  "one rank × 6": [1, 1, 1, 6],
};
const counts = {
  "3": [3, 3, 3, 3],
  "4": [4, 4, 4, 4],
  "6": [6, 6, 6, 6],
  "3, 3, 3, 6": [3, 3, 3, 6],
  "6, 3, 3, 3": [6, 3, 3, 3],
};

type Table = readonly (readonly number[])[];

function tableOf({ runs, spreads }: Design, behind: number, normal: () => number): Table {
  return runs.map((count, rank) =>
    Array.from(
      { length: count },
      () => level - (rank === 0 ? behind : 0) + (spreads[rank]! / 100) * normal(),
    ),
  );
}

/** The rows as trackers show them: the best on top. */
function sortedRuns(table: Table): ScoredRun[] {
  return table
    .flatMap((scores, index) => scores.map((score) => ({ rank: 2 ** (index + 1), score })))
    .sort((a, b) => b.score - a.score);
}

/** Differences that a decision claims, as first and second index. */
function claimed(table: Table): [number, number][] {
  const ranks = table.map((_, index) => 2 ** (index + 1));
  return (decideScores({ runs: sortedRuns(table) }, { margin }).pairs ?? [])
    .filter(({ interval: [low, high] }) => low > 0 || high < 0)
    .map(({ first, second }) => [ranks.indexOf(first), ranks.indexOf(second)]);
}

/** Differences that Welch's tests of all pairs claim with Holm's correction at 5 %. */
function claimedByHolm(table: Table): [number, number][] {
  const parts = table.map((scores) => {
    const centre = mean(scores);
    const squares = scores.reduce((sum, score) => sum + (score - centre) ** 2, 0);
    return { centre, part: squares / (scores.length - 1) / scores.length, df: scores.length - 1 };
  });
  const tests = parts.flatMap((a, i) =>
    parts.slice(i + 1).map((b, j) => {
      const variance = a.part + b.part;
      const df = variance ** 2 / (a.part ** 2 / a.df + b.part ** 2 / b.df);
      const p = 2 * upperTail(Math.abs(a.centre - b.centre) / Math.sqrt(variance), df);
      return { pair: [i, i + 1 + j] as [number, number], p };
    }),
  );
  const ordered = tests.sort((a, b) => a.p - b.p);
  const stop = ordered.findIndex(({ p }, step) => p > 0.05 / (ordered.length - step));
  return ordered.slice(0, stop < 0 ? ordered.length : stop).map(({ pair }) => pair);
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

console.log("| runs | spreads | false, Welch and Holm | false | found, Welch and Holm | found |");
console.log("| --- | --- | --: | --: | --: | --: |");
for (const [runsName, runs] of Object.entries(counts)) {
  for (const [spreadName, ofRank] of Object.entries(spreads)) {
    const { normal } = randomStream(46);
    let [falseHolm, falseOurs, foundHolm, foundOurs] = [0, 0, 0, 0];
    for (let sweep = 0; sweep < sweeps; sweep++) {
      const equal = tableOf({ runs, spreads: ofRank }, 0, normal);
      if (claimed(equal).length > 0) falseOurs++;
      if (claimedByHolm(equal).length > 0) falseHolm++;
      // The first rank is three margins behind the others: three true differences.
      const behind = tableOf({ runs, spreads: ofRank }, 3 * margin, normal);
      foundOurs += claimed(behind).filter(([first]) => first === 0).length / 3;
      foundHolm += claimedByHolm(behind).filter(([first]) => first === 0).length / 3;
    }
    const shares = [falseHolm, falseOurs, foundHolm, foundOurs].map((count) => percent(count / sweeps));
    console.log(`| ${runsName} | ${spreadName} | ${shares.join(" | ")} |`);
  }
}
