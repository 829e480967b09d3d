/**
 * Errors and power of comparisons between two simulated sweeps, each at the rank of its own decision. Prints markdown.
 * `share` multiplies the number of tables; the other arguments choose rows: `1 differ paired 4+4`.
 *
 *     node --conditions=@lorank/source --import tsx bench/compare-results.ts [share] [question] [pairing] [ranks]
 */
import { compareSides } from "../src/comparison/compare-sides.ts";
import type { Comparison } from "../src/comparison/comparison-types.ts";
import type { Side, SideRuns } from "../src/comparison/joint-runs.ts";
import { outcomeTable } from "../src/decide/outcomes.ts";
import { decideOutcomes } from "../src/methods/grid/decide.ts";
import { decideScores } from "../src/methods/grid/decide-scores.ts";
import type { DecisionFacts } from "../src/schema/decision-facts.ts";
import { rankToUse } from "../src/schema/rank-to-use.ts";
import { mean } from "../src/statistics/averages.ts";
import { normalCdf, normalQuantile } from "../src/statistics/normal.ts";
import { randomStream, type SeededRandom } from "../src/statistics/random.ts";

const [share = "1", askedFor = "", pairedAs = "", rankCounts = ""] = process.argv.slice(2);
const level = 0.85;

/** Standard deviations of an example's latent value, in units of one run's noise on it. */
const sds = { example: 2, rankExample: 0.3, seed: 0.1, run: 0.1 };

type Pairing = "paired" | "apart" | "scores" | "separate";

interface Cell {
  readonly pairing: Pairing;
  readonly ranks: readonly [number, number];
  readonly seeds: number;
  readonly examples: number;
  /** Standard deviation of a run's luck in the second sweep, relative to that in the first. */
  readonly noisier: number;
  readonly margin: number;
  /** Accuracy by which all ranks of the second sweep are worse. */
  readonly behind: number;
}

interface Question {
  readonly margin: number;
  readonly behind: number;
  readonly counts: (result: Comparison["result"]) => boolean;
  readonly examples: readonly number[];
}

const questions: Readonly<Record<string, Question>> = {
  "equal, said to differ": {
    margin: 0.01,
    behind: 0,
    counts: (result) => result.endsWith("better"),
    examples: [400],
  },
  "apart by 1.01 margins of 3 points, said to be alike": {
    margin: 0.03,
    behind: 0.0303,
    counts: (result) => result === "alike",
    examples: [1000],
  },
  "apart by three margins of a point, shown to be": {
    margin: 0.01,
    behind: 0.03,
    counts: (result) => result === "first-better",
    examples: [800, 1200, 2000],
  },
};

const step = 1 / 256;
const cdfTable = Float64Array.from({ length: 16 / step + 1 }, (_, i) => normalCdf(-8 + i * step));
const cdf = (z: number): number => cdfTable[Math.round((Math.max(-8, Math.min(8, z)) + 8) / step)]!;

function sweepRuns(
  cell: Cell,
  side: 0 | 1,
  { difficulties, seedLuck, random }: Drawn & { readonly random: SeededRandom },
): SideRuns {
  const run = side === 0 ? sds.run : sds.run * cell.noisier;
  const sd = Math.hypot(1, sds.example, sds.rankExample, sds.seed, run);
  const typical = sd * normalQuantile(level - side * cell.behind);
  const firstSeed = side === 1 && cell.pairing === "apart" ? cell.seeds : 0;
  const cells = Array.from({ length: cell.ranks[side] }, (_, rank) => {
    const liked = difficulties.map((difficulty) => typical + difficulty + sds.rankExample * random.normal());
    return seedLuck.map((luck, seed) => {
      const shift = luck + run * random.normal();
      const correct = liked.map((value) => (random.uniform() < cdf(value + shift) ? 1 : 0));
      return { rank: rank + 1, seed: firstSeed + seed, correct };
    });
  }).flat();
  if (cell.pairing !== "scores") return { kind: "outcomes", ...outcomeTable(cells, [], cell.examples) };
  const runs = cells.map(({ rank, seed, correct }) => ({ rank, seed, score: mean(correct) }));
  return { kind: "scores", runs, examples: cell.examples };
}

interface Drawn {
  readonly difficulties: Float64Array;
  readonly seedLuck: readonly number[];
}

function resultOf(cell: Cell, table: number): Comparison["result"] {
  const random = randomStream(table * 1000 + cell.seeds * 10 + cell.ranks[1]);
  const draw = (): Drawn => ({
    difficulties: Float64Array.from({ length: cell.examples }, () => sds.example * random.normal()),
    seedLuck: Array.from({ length: cell.seeds }, () => sds.seed * random.normal()),
  });
  const first = draw();
  const own = draw();
  const second: Drawn =
    cell.pairing === "separate"
      ? own
      : cell.pairing === "apart"
        ? { ...first, seedLuck: own.seedLuck }
        : first;
  const sides = ([0, 1] as const).map((side): Side => {
    const runs = sweepRuns(cell, side, { ...(side === 0 ? first : second), random });
    return { name: `sweep ${side + 1}`, runs, ...chosen(runs, cell.margin) };
  }) as [Side, Side];
  const settings = { metric: "accuracy", margin: cell.margin, confidence: 0.95 } as const;
  return compareSides(...sides, { ...settings, sharesExamples: cell.pairing !== "separate" }).result;
}

/** Rank that the sweep's own decision names, as `lorank compare` takes it. */
function chosen(runs: SideRuns, margin: number): Pick<Side, "rank" | "chosenFrom"> {
  const { kind, ...table } = runs;
  const ranks = new Set((runs.kind === "outcomes" ? runs.cells : runs.runs).map(({ rank }) => rank)).size;
  if (ranks === 1) return { rank: 1, chosenFrom: 1 };
  const decision: DecisionFacts =
    runs.kind === "outcomes"
      ? decideOutcomes(table as Parameters<typeof decideOutcomes>[0], { margin })
      : decideScores(table as Parameters<typeof decideScores>[0], { margin });
  const rank = rankToUse(decision) ?? decision.bestBet?.rank ?? decision.bestRank;
  return { rank: rank!, chosenFrom: decision.ranks.length };
}

/** Numbers of ranks of both sweeps, and of simulated tables. */
const shapes = [
  { ranks: [1, 1], tables: 2000 },
  { ranks: [4, 4], tables: 400 },
  { ranks: [1, 12], tables: 200 },
  { ranks: [4, 12], tables: 100 },
] as const;

function shareOf(cell: Cell, tables: number, counts: Question["counts"]): string {
  let found = 0;
  for (let table = 0; table < tables; table++) if (counts(resultOf(cell, table))) found++;
  return `${((100 * found) / tables).toFixed(1)} %`;
}

for (const [question, { margin, behind, counts, examples: exampleCounts }] of Object.entries(questions)) {
  if (!question.includes(askedFor)) continue;
  console.log(`\n| ${question} | ranks | noise | examples | tables | 3 seeds | 5 seeds | 10 seeds |`);
  console.log("| --- | --- | --- | --: | --: | --: | --: | --: |");
  for (const pairing of ["paired", "apart", "scores", "separate"] as const)
    for (const { ranks, tables } of shapes)
      for (const noisier of [1, 3])
        for (const examples of exampleCounts) {
          if (!pairing.includes(pairedAs) || !["", ranks.join("+")].includes(rankCounts)) continue;
          const count = Math.ceil(tables * Number(share));
          const shares = [3, 5, 10].map((seeds) =>
            shareOf({ pairing, ranks, seeds, examples, noisier, margin, behind }, count, counts),
          );
          const noise = noisier === 1 ? "equal" : "× 3";
          console.log(
            `| ${pairing} | ${ranks.join("+")} | ${noise} | ${examples} | ${count} | ${shares.join(" | ")} |`,
          );
        }
}
