import { likenessIn } from "../checks/copies/alike-outcomes.ts";
import { renumbered } from "../decide/arm-order.ts";
import { compareRanks, pairOf, rankScore } from "../decide/compare.ts";
import { type OutcomeCell, type OutcomeTable, runTable } from "../decide/outcomes.ts";
import { comparedDesign } from "../decide/paired-design.ts";
import { type CompareSettings, type JointRuns, RankNumbers, type Side } from "./joint-runs.ts";

/** Joint design of two results with outcomes on the same examples. */
export function jointOutcomes(sides: readonly [Side, Side], settings: CompareSettings): JointRuns {
  const { metric, confidence } = settings;
  const tables = sides.map(({ runs }) => runs as OutcomeTable) as [OutcomeTable, OutcomeTable];
  const numbers = new RankNumbers(sides, [tables[0].ranks, tables[1].ranks]);
  const bothOf = <Run extends { readonly rank: number }>(
    runsOf: (table: OutcomeTable) => readonly Run[],
  ): Run[] =>
    ([0, 1] as const).flatMap((side) => renumbered(runsOf(tables[side]), (rank) => numbers.of(side, rank)));
  const cells = bothOf((table) => table.cells);
  const failures = bothOf((table) => table.failures);
  const design = comparedDesign<OutcomeCell>(runTable(cells, failures));
  const { ranks, seeds, seedsAre } = design;
  const runsOf = (number: number): readonly OutcomeCell[] => design.cells[ranks.indexOf(number)]!;
  const examples = tables[0].examples;
  return {
    numberOf: (side, rank) => numbers.among(ranks, side, rank),
    sharedRanks: () => numbers.shared(ranks),
    comparison(pairTail) {
      const { pairs } = compareRanks(design, metric, confidence, { ranks: ranks.length, pairTail });
      return (a, b) => {
        const { pair, mean } = pairOf(pairs, a, b);
        return { advantage: mean, halfWidth: pair.halfWidth, isClaimed: seeds.length > 1 };
      };
    },
    scoreOf: (number) => ({
      runs: runsOf(number).length,
      ...rankScore(runsOf(number), { metric, confidence }),
    }),
    pairing: () => ({
      seeds: { count: seeds.length, are: seedsAre === "apart" ? "apart" : "paired" },
      examples: { count: examples, are: "paired" },
    }),
    areCopies: (a, b) => {
      const found = likenessIn({ cells: [...runsOf(a), ...runsOf(b)] });
      return found?.copies !== undefined && found.copies.setting !== "seed";
    },
  };
}
