import type { OutcomeCell } from "../../decide/outcomes.ts";
import type { PairedDesign } from "../../decide/paired-design.ts";
import { metricOf } from "../../schema/metric.ts";
import type { Copies } from "../../schema/types.ts";
import type { Find } from "../find.ts";
import { likenessIn, withFirstRuns } from "./alike-outcomes.ts";
import { alikeScores } from "./alike-scores.ts";

export const copies: Find = {
  ofRuns(design, runs) {
    const found = likenessIn(runs);
    if (found === undefined) return undefined;
    if (found.copies !== undefined)
      return {
        design: withoutCopies(design, found.copies),
        forbids: ["rank", "pairs"],
        members: { copies: found.copies },
      };
    return {
      design: withFirstRuns(design),
      forbids: ["rank", "pairs", "plan"],
      members: { agreeingSeeds: design.seeds.length, agreeingRuns: found.agreeing },
    };
  },
  ofScores({ design, examples }, { metric }) {
    const members = alikeScores(design, metricOf(metric), examples);
    return members && { forbids: ["rank", "pairs"], members };
  },
};

/** Drops all but a single rank and seed per group of copies; with seeds apart, each rank's first run stays. */
export function withoutCopies(design: PairedDesign, { groups }: Copies): PairedDesign {
  if (design.seedsAre === "apart") return withFirstRuns(design);
  const groupOf = new Map(
    groups.flatMap((group, index) => group.map(({ rank, seed }) => [`${rank} ${seed}`, index])),
  );
  const areCopies = (a: OutcomeCell, b: OutcomeCell): boolean => {
    const group = groupOf.get(`${a.rank} ${a.seed}`);
    return group !== undefined && group === groupOf.get(`${b.rank} ${b.seed}`);
  };
  const seeds = firsts(design.seeds, (s, t) => design.cells.some((row) => areCopies(row[s]!, row[t]!)));
  const ranks = firsts(design.ranks, (r, q) =>
    design.seeds.some((_, s) => areCopies(design.cells[r]![s]!, design.cells[q]![s]!)),
  );
  const excluded = design.ranks
    .filter((_, index) => !ranks.includes(index))
    .map((rank) => ({ rank, cause: { kind: "copies" as const } }));
  return {
    ...design,
    ranks: ranks.map((index) => design.ranks[index]!),
    seeds: seeds.map((index) => design.seeds[index]!),
    cells: ranks.map((r) => seeds.map((s) => design.cells[r]![s]!)),
    excluded: [...design.excluded, ...excluded].sort((a, b) => a.rank - b.rank),
  };
}

function firsts(items: readonly unknown[], equal: (index: number, earlier: number) => boolean): number[] {
  const distinct: number[] = [];
  for (const index of items.keys())
    if (!distinct.some((earlier) => equal(index, earlier))) distinct.push(index);
  return distinct;
}
