import { metricOf } from "../../schema/metric.ts";
import type { ExampleClasses } from "../../schema/types.ts";
import { classCounts, positiveClass } from "../../statistics/set-metrics.ts";
import type { Find } from "../find.ts";

/** Names the positive and the rarest class, whose examples limit the degrees of freedom. */
export const classes: Find = {
  ofRuns(design, { classes: names }, { metric }) {
    const { set } = metricOf(metric);
    const truth = design.cells[0]?.[0]?.truth;
    if (set === undefined || truth === undefined) return undefined;
    const counts = [...classCounts(truth)].sort(([a], [b]) => a - b);
    const member = ([place, examples]: readonly [number, number]) => ({
      ...(names?.[place] === undefined ? {} : { name: names[place] }),
      examples,
    });
    const positive = counts.find(([place]) => place === positiveClass);
    const found: ExampleClasses = {
      count: counts.length,
      rarest: member(counts.reduce((a, b) => (b[1] < a[1] ? b : a))),
      ...(set.isOfTwoClasses && positive ? { positive: member(positive) } : {}),
    };
    return { members: { classes: found } };
  },
};
