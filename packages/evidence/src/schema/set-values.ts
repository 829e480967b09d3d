import type { OfValues } from "../columns/outcome-columns.ts";
import {
  aurocValues,
  type ClassifiedExamples,
  classCounts,
  f1Values,
  macroF1Values,
  matthewsValues,
  taskMeanValues,
} from "../statistics/set-metrics.ts";
import type { SetMetric, SetMetricName } from "./set-metrics.ts";

/** Values by example whose mean is the metric, by the metric's name. */
export const setValues: Readonly<Record<SetMetricName, (examples: ClassifiedExamples) => Float64Array>> = {
  f1: f1Values,
  "macro-f1": macroF1Values,
  mcc: matthewsValues,
  auroc: aurocValues,
  "task-mean": ({ truth, correct = [] }) => taskMeanValues(truth, correct),
  "task-log-loss": ({ truth, logLoss = [] }) => taskMeanValues(truth, logLoss),
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
  const one = set.ofTasks ? "task" : "class";
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
    ? `each ${one} must have at least 2 examples for ${noun}, got ${count} of ${nameOf(few)}`
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
