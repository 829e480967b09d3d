import { type OfValues, type ValueColumn, valueColumns } from "../columns/outcome-columns.ts";
import { type ExampleOutcomes, metricValues } from "../schema/scores.ts";
import type { ClassPriorComparison, MetricName } from "../schema/types.ts";

/**
 * Outcomes of the class prior on each evaluation example, in the order of a run's. `correct` is of always naming the most frequent
 * class. The other columns are of giving every example the shares of the classes. `[examples]`
 */
export interface ClassPrior extends Pick<ClassPriorComparison, "source">, Required<OfValues<Float64Array>> {
  /** Outcomes of an example of the largest class, and of one of another class; present if labels are not known. `[2]` */
  readonly byClass?: ExampleOutcomes;
}

/** Values of the class prior by one metric; averages over the classes if labels are not known. `[examples]` */
export function priorValues(prior: ClassPrior, metric: MetricName): ArrayLike<number> {
  const { correct, byClass } = prior;
  if (byClass === undefined) return metricValues(prior, metric);
  const [largest, other] = Array.from(metricValues(byClass, metric));
  return correct.map((share) => share * largest! + (1 - share) * other!);
}

/**
 * The prior of examples whose classes are known. No constant answer has a higher accuracy or a lower mean log loss, so
 * a constant run never beats it by luck.
 */
export function priorOfLabels(
  labels: ArrayLike<string | number>,
  source: ClassPrior["source"] = "labels",
): ClassPrior {
  const { length } = labels;
  const counts = new Map<string | number, number>();
  for (let e = 0; e < length; e++) counts.set(labels[e]!, (counts.get(labels[e]!) ?? 0) + 1);
  const most = Math.max(...counts.values());
  const [largest] = [...counts].find(([, count]) => count === most)!;
  const byLabel = ({ ofPrior }: ValueColumn) =>
    new Map([...counts].map(([label, count]) => [label, ofPrior(count / length, label === largest)]));
  return {
    source,
    ...ofValues((column) => {
      const values = byLabel(column);
      // Float64Array.from would first make a list of its values.
      return new Float64Array(length).map((_, e) => values.get(labels[e]!)!);
    }),
  };
}

function ofValues<Values>(valuesOf: (column: ValueColumn) => Values): Required<OfValues<Values>> {
  return Object.fromEntries(valueColumns.map(([field, column]) => [field, valuesOf(column)])) as Required<
    OfValues<Values>
  >;
}

/**
 * The prior if only the share p of the largest of k classes is known. Its accuracy is p on every example. Its log loss
 * is the largest that p allows: exact for two classes, in favour of the runs for more.
 *
 *     -p ln p - (1 - p) ln((1 - p) / (k - 1))
 */
export function priorOfShare(share: number, classes: number, examples: number): ClassPrior {
  const rest = 1 - share;
  const ofClasses = ({ ofPrior }: ValueColumn): readonly [largest: number, other: number] => [
    ofPrior(share, true),
    rest > 0 ? ofPrior(rest / (classes - 1), false) : 0,
  ];
  const means = (column: ValueColumn): Float64Array => {
    const [largest, other] = ofClasses(column);
    return new Float64Array(examples).fill(share * largest + rest * other);
  };
  return { source: "shares", ...ofValues(means), byClass: ofValues(ofClasses) };
}

/**
 * A prior for runs whose examples have no labels. Several runs that are right on the very same examples may all give
 * one constant answer, whose examples are then a class. This is the worst case: with more than two classes the prior's
 * log loss is larger. Runs that are right on no example are no better than an answer that is always wrong. Undefined if
 * the runs differ, which a constant answer cannot explain, and if all are right on every example.
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
