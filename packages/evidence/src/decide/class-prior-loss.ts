import {
  type OfValues,
  type PriorColumn,
  type PriorField,
  priorColumns,
} from "../columns/outcome-columns.ts";
import { type ExampleOutcomes, metricValues } from "../schema/scores.ts";
import type { ClassPriorComparison, Metric, MetricName } from "../schema/types.ts";
import { mean } from "../statistics/averages.ts";
import { classCounts } from "../statistics/set-metrics.ts";

type OfPrior<Values> = { readonly [F in PriorField]: Values };

/** Class prior by example: `correct` from naming the most frequent class, other columns from class shares. */
export interface ClassPrior extends Pick<ClassPriorComparison, "source">, OfPrior<Float64Array> {
  readonly byClass?: ExampleOutcomes;
}

/** Metric values for the class prior, `[examples]`; class averages if labels are unknown. */
export function priorValues(prior: ClassPrior, metric: MetricName): ArrayLike<number> {
  const { correct, byClass } = prior;
  if (byClass === undefined) return metricValues(prior, metric);
  const [largest, other] = Array.from(metricValues(byClass, metric));
  return correct.map((share) => share * largest! + (1 - share) * other!);
}

/** Values of the best constant answer in a metric of all examples together, `[examples]`. `cell`: any run's outcomes. */
export function constantValues(cell: ExampleOutcomes, { name }: Pick<Metric, "name">): ArrayLike<number> {
  const answers = [...classCounts(cell.truth!).keys()].map((answer) => {
    const { length } = cell.truth!;
    const prediction = new Float64Array(length).fill(answer);
    return metricValues({ ...cell, prediction, positiveScore: new Float64Array(length) }, name);
  });
  return answers.reduce((best, values) => (mean(values) > mean(best) ? values : best));
}

/** Class prior from labels: no constant answer has higher accuracy or lower mean log loss. */
export function priorOfLabels(
  labels: ArrayLike<string | number>,
  source: ClassPrior["source"] = "labels",
): ClassPrior {
  const { length } = labels;
  const counts = new Map<string | number, number>();
  for (let e = 0; e < length; e++) counts.set(labels[e]!, (counts.get(labels[e]!) ?? 0) + 1);
  const most = Math.max(...counts.values());
  const [largest] = [...counts].find(([, count]) => count === most)!;
  const byLabel = ({ ofPrior }: PriorColumn) =>
    new Map([...counts].map(([label, count]) => [label, ofPrior(count / length, label === largest)]));
  return {
    source,
    ...ofValues((column) => {
      const values = byLabel(column);
      // Intermediate list avoided, which `Float64Array.from` would build.
      return new Float64Array(length).map((_, e) => values.get(labels[e]!)!);
    }),
  };
}

function ofValues<Values>(valuesOf: (column: PriorColumn) => Values): OfPrior<Values> {
  return Object.fromEntries(priorColumns().map(([field, column]) => [field, valuesOf(column)])) as Required<
    OfValues<Values>
  >;
}

/**
 * Class prior from the largest class's share p among k classes. Log loss is the highest that p allows: exact for two
 * classes, in favour of the runs for more.
 *
 *     -p ln p - (1 - p) ln((1 - p) / (k - 1))
 */
export function priorOfShare(share: number, classes: number, examples: number): ClassPrior {
  const rest = 1 - share;
  const ofClasses = ({ ofPrior }: PriorColumn): readonly [largest: number, other: number] => [
    ofPrior(share, true),
    rest > 0 ? ofPrior(rest / (classes - 1), false) : 0,
  ];
  const means = (column: PriorColumn): Float64Array => {
    const [largest, other] = ofClasses(column);
    return new Float64Array(examples).fill(share * largest + rest * other);
  };
  return { source: "shares", ...ofValues(means), byClass: ofValues(ofClasses) };
}

/**
 * Class prior for unlabelled runs that are right on the same examples, like a constant answer. Undefined if runs
 * disagree, or all examples are right.
 */
export function priorOfAgreement(
  cells: readonly { readonly correct: ArrayLike<number> }[],
): ClassPrior | undefined {
  const [first, ...others] = cells;
  if (first === undefined || others.length === 0) return undefined;
  const right = Array.from(first.correct);
  const isWrong = right.includes(0) && right.every((one) => one === 0 || one === 1);
  const isShared = others.every(({ correct }) => right.every((one, e) => one === correct[e]));
  if (!isWrong || !isShared) return undefined;
  const prior = priorOfLabels(right, "agreement");
  return right.includes(1) ? prior : { ...prior, correct: new Float64Array(right.length) };
}
