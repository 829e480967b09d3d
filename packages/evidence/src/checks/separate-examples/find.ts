import type { ClassPrior } from "../../decide/class-prior-loss.ts";
import { metricMatrix } from "../../decide/compare.ts";
import type { Find } from "../find.ts";
import { chanceOfNeighbours } from "./alike-neighbours.ts";

/** Finds unknown groups by the order of examples: most files keep a document's examples together. */
export const separateExamples: Find = {
  ofRuns(design, runs, { metric }) {
    const cell = design.cells[0]?.[0];
    if (cell === undefined || cell.groups !== undefined) return undefined;
    const values = design.ranks.map((_, index) => metricMatrix(design, index, metric));
    const chance = chanceOfNeighbours(values, runs.prior && classesOf(runs.prior));
    return chance === undefined ? undefined : { members: { alikeNeighbours: { chance } } };
  },
};

/** Class numbers as far as the prior tells: by share, and whether the class is the largest. */
function classesOf({ correct, logLoss }: ClassPrior): number[] {
  const numbers = new Map<string, number>();
  return Array.from(correct, (largest, e) => {
    const name = `${largest} ${logLoss[e]}`;
    const number = numbers.get(name) ?? numbers.size;
    numbers.set(name, number);
    return number;
  });
}
