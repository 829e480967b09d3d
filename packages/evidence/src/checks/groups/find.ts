import { compareRanks } from "../../decide/compare.ts";
import { sampleOf } from "../../decide/interval/example-sample.ts";
import type { PairedDesign } from "../../decide/paired-design.ts";
import type { DecideSettings } from "../../decide/settings.ts";
import type { GroupedExamples } from "../../schema/types.ts";
import { median } from "../../statistics/averages.ts";
import type { Find } from "../find.ts";

export const groups: Find = {
  ofRuns(design, _, settings) {
    const cell = design.cells[0]?.[0];
    const sample = cell && sampleOf(cell);
    if (sample?.groups === undefined) return undefined;
    const { shares } = sample.groups;
    const found: GroupedExamples = {
      count: sample.units,
      largest: Math.round(Math.max(...shares) * sample.examples),
      ...(design.ranks.length > 1 ? { widening: wideningOf(design, settings) } : {}),
    };
    return { members: { groups: found } };
  },
};

/** Median ratio over pairs: half-width with groups over half-width for independent examples. */
function wideningOf(design: PairedDesign, { metric, confidence }: DecideSettings): number {
  const independent = {
    ...design,
    cells: design.cells.map((row) => row.map(({ groups: _, ...cell }) => cell)),
  };
  const alone = compareRanks(independent, metric, confidence).pairs;
  const grouped = compareRanks(design, metric, confidence).pairs;
  return median(grouped.map(({ halfWidth }, index) => halfWidth / alone[index]!.halfWidth));
}
