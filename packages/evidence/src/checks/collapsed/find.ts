import { type CollapsedCell, collapsedRuns } from "../../decide/collapsed-runs.ts";
import { metricMatrix, scoresOf } from "../../decide/compare.ts";
import { collapsedIn, scoresOf as scoresOfRuns } from "../../decide/compare-scores.ts";
import { metricOf } from "../../schema/metric.ts";
import type { CheckMembers, CollapsedRun } from "../../schema/types.ts";
import type { Find } from "../find.ts";

/** Finds collapsed runs. Ranks whose runs mostly collapse are stuck: see convergence. */
export const collapsed: Find = {
  ofRuns(design, _, { metric }) {
    const by = metricOf(metric);
    const scores = scoresOf(design.ranks.map((_, index) => metricMatrix(design, index, metric)));
    return membersOf(collapsedRuns(scores, by, by.defaultMargin, design.seedsAre), design, scores);
  },
  ofScores: ({ design }, settings) => membersOf(collapsedIn(design, settings), design, scoresOfRuns(design)),
};

interface RunsOfRanks {
  readonly ranks: readonly number[];
  readonly cells: readonly (readonly { readonly seed?: number }[])[];
}

function membersOf(
  found: readonly CollapsedCell[],
  { ranks, cells }: RunsOfRanks,
  scores: readonly (readonly number[])[],
): { readonly members: CheckMembers } | undefined {
  if (found.length === 0) return undefined;
  const collapsed = found.map((cell): CollapsedRun => {
    const { seed } = cells[cell.rank]![cell.seed]!;
    return {
      rank: ranks[cell.rank]!,
      ...(seed === undefined ? {} : { seed }),
      ...besideOthers(cell, found, scores),
    };
  });
  return { members: { collapsed } };
}

/** Score of a collapsed run, and the range over the rank's other seeds. `scores`: `[ranks][seeds]`. */
function besideOthers(
  { rank, seed }: CollapsedCell,
  collapsed: readonly CollapsedCell[],
  scores: readonly (readonly number[])[],
): Pick<CollapsedRun, "score" | "others"> {
  const others = scores[rank]!.filter(
    (_, s) => !collapsed.some((one) => one.rank === rank && one.seed === s),
  );
  return { score: scores[rank]![seed]!, others: [Math.min(...others), Math.max(...others)] };
}
