/**
 * Errors of verdicts where a group of examples moves each rank, with and without the groups told. Prints markdown.
 *
 *     node --conditions=@lorank/source --import tsx bench/groups.ts [sweeps]
 */
import { decide, type OutcomeTable, simulateOutcomes } from "../src/index.ts";

const sweeps = Number(process.argv[2] ?? 400);
const ranks = [4, 8, 16, 32];
const margin = 0.01;
const truths = [
  { name: "equal ranks", accuracies: [0.85, 0.85, 0.85, 0.85] },
  { name: "rank 4 is 2 points worse", accuracies: [0.83, 0.85, 0.85, 0.85] },
];

/** Sweeps with each kind of error. */
interface Tally {
  /** An error of any kind. */
  wrong: number;
  /** A difference is supported that is not there, or the other way round. */
  difference: number;
  /** A larger rank than needed is recommended, or a still larger one is advised, for a difference that is not there. */
  larger: number;
  /** A rank is proven or recommended that is worse by more than the margin. */
  worse: number;
  conclusive: number;
  widening: number;
}

function judge(table: OutcomeTable, accuracies: readonly number[], tally: Tally): void {
  const { rank, verdict, certifiedRank, pairs = [], groups } = decide(table, { margin });
  const best = Math.max(...accuracies);
  const of = (one: number): number => accuracies[ranks.indexOf(one)]!;
  const isWorse = [rank, certifiedRank ?? null].some((one) => one !== null && best - of(one) > margin);
  const isFalse = pairs.some(({ first, second, interval: [low, high] }) => {
    const truth = of(first) - of(second);
    return (low > 0 && truth <= 0) || (high < 0 && truth >= 0);
  });
  const smallest = ranks.find((one) => best - of(one) <= margin)!;
  const isLarger =
    rank !== null && rank > smallest && (verdict === "extend" || of(rank) <= of(smallest)) && isFalse;
  if (isFalse) tally.difference++;
  if (isLarger) tally.larger++;
  if (isWorse) tally.worse++;
  if (isFalse || isWorse) tally.wrong++;
  if (rank !== null) tally.conclusive++;
  tally.widening += (groups?.widening ?? 1) / sweeps;
}

/** The table as if its examples were independent. */
function withoutGroups(table: OutcomeTable): OutcomeTable {
  return { ...table, cells: table.cells.map(({ groups: _, ...cell }) => cell) };
}

console.log(
  "| ranks | examples a group | seeds | groups | wrong | a difference | a larger rank | a worse rank | conclusive | as wide |",
);
console.log("| --- | --: | --: | --- | --: | --: | --: | --: | --: | --: |");
const percent = (count: number): string => `${((100 * count) / sweeps).toFixed(1)} %`;
for (const { name, accuracies } of truths) {
  for (const groupSize of [30, 100]) {
    for (const seeds of [3, 5, 10]) {
      const world = { ranks, accuracies, seeds, examples: 3000, groupSize, rankGroupSd: 0.5 };
      const empty = { wrong: 0, difference: 0, larger: 0, worse: 0, conclusive: 0, widening: 0 };
      const tallies = { told: { ...empty }, "not told": { ...empty } };
      for (let i = 0; i < sweeps; i++) {
        const table = simulateOutcomes(world, 1_000_000 * seeds + 1000 * groupSize + i);
        judge(table, accuracies, tallies.told);
        judge(withoutGroups(table), accuracies, tallies["not told"]);
      }
      for (const [groups, tally] of Object.entries(tallies)) {
        const { wrong, difference, larger, worse, conclusive, widening } = tally;
        const shares = [wrong, difference, larger, worse, conclusive].map(percent);
        console.log(`| ${[name, groupSize, seeds, groups, ...shares, widening.toFixed(2)].join(" | ")} |`);
      }
    }
  }
}
