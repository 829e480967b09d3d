import { metricMatrix, scoresOf } from "../../decide/compare.ts";
import type { DecisionCheck } from "../find.ts";
import { orderMembers } from "./dependent-runs.ts";

/** Tells if runs depend on the run before them, as intervals take them to be independent. */
export const independentRuns: DecisionCheck = {
  ofRuns(design, runs, { metric }) {
    if (runs === undefined) return undefined;
    const values = design.ranks.map((_, index) => metricMatrix(design, index, metric));
    const areShared = design.seedsAre !== "apart";
    const members = orderMembers({ runs: design.cells, scores: scoresOf(values), values, areShared });
    return { members };
  },
};
