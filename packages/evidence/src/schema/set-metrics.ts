import type { OfValues } from "../columns/outcome-columns.ts";
import {
  aurocValues,
  type ClassifiedExamples,
  classCounts,
  f1Values,
  macroF1Values,
  matthewsValues,
} from "../statistics/set-metrics.ts";
import type { Interval } from "./scalar-types.ts";

/** Metrics of all examples together: an example's value depends on the others. More is better. */
export type SetMetricName = "f1" | "macro-f1" | "mcc" | "auroc";

/** Members of a metric of all examples together, which a mean over examples lacks. */
export interface SetMetric {
  /** Columns that rows of outcomes must have, beside `correct`. */
  readonly needs: readonly ["label", "prediction" | "positiveScore"];
  /** Metric of two classes, one of which is the positive one. */
  readonly isOfTwoClasses: boolean;
  /** Values by example whose mean is the metric. */
  readonly valuesOf: (examples: ClassifiedExamples) => Float64Array;
  /** Largest change of the metric by one example among n, times n; from the share of the rarest class. */
  readonly reachOf: (share: number, classes: number) => number;
}

interface SetMetricRow extends SetMetric {
  /** Noun in a sentence and, capitalised, in a heading. */
  readonly noun: string;
  readonly title: string;
  readonly range: Interval;
}

const needsPredictions = ["label", "prediction"] as const;

/** Metrics of all examples together, by name; a new one is a row here. */
export const setMetrics: Readonly<Record<SetMetricName, SetMetricRow>> = {
  f1: {
    ...{ noun: "F1", title: "F1", range: [0, 1] },
    needs: needsPredictions,
    isOfTwoClasses: true,
    valuesOf: f1Values,
    reachOf: (share) => 1 / share,
  },
  "macro-f1": {
    ...{ noun: "macro F1", title: "Macro F1", range: [0, 1] },
    needs: needsPredictions,
    isOfTwoClasses: false,
    valuesOf: macroF1Values,
    reachOf: (share, classes) => 1 / (share * classes),
  },
  mcc: {
    noun: "Matthews correlation",
    title: "Matthews correlation",
    range: [-1, 1],
    needs: needsPredictions,
    isOfTwoClasses: false,
    valuesOf: matthewsValues,
    reachOf: (share) => 1 / share,
  },
  auroc: {
    ...{ noun: "AUROC", title: "AUROC", range: [0, 1] },
    needs: ["label", "positiveScore"],
    isOfTwoClasses: true,
    valuesOf: aurocValues,
    reachOf: (share) => 1 / share,
  },
};

/** Rule that labels break for a metric of all examples together; undefined if they keep it. */
export function classProblem(
  { set, noun }: { readonly set?: SetMetric; readonly noun: string },
  {
    truth,
    classes: names,
  }: { readonly truth: ArrayLike<number> | undefined; readonly classes?: readonly string[] | undefined },
): string | undefined {
  if (set === undefined || truth === undefined) return undefined;
  const counts = classCounts(truth);
  const nameOf = (one: number): string => names?.[one] ?? `number ${one}`;
  const classes = new Set([...counts.keys(), ...(names ?? []).keys()]).size;
  const [only] = counts.keys();
  if (counts.size < 2)
    return `labels must be of at least 2 classes for ${noun}, got ${only === undefined ? "none" : nameOf(only)} alone`;
  if (set.isOfTwoClasses && classes > 2) {
    const got = names === undefined ? classes : names.slice(0, 6).join(", ");
    return `labels and predictions must be of 2 classes for ${noun}, got ${got}; macro-f1 and mcc allow more`;
  }
  const [few, count] = [...counts].reduce((a, b) => (b[1] < a[1] ? b : a));
  return count < 2
    ? `each class must have at least 2 examples for ${noun}, got ${count} of ${nameOf(few)}`
    : undefined;
}

/** Classes behind a run's outcomes: how many, and the examples of the rarest. Undefined without labels. */
export function rarestClass({
  truth,
}: Pick<OfValues<ArrayLike<number>>, "truth">):
  | { readonly classes: number; readonly rarest: number }
  | undefined {
  if (truth === undefined) return undefined;
  const counts = [...classCounts(truth).values()];
  return { classes: counts.length, rarest: Math.min(...counts) };
}
