/** Examples with their classes, by number. Scores are of the positive class, whose number is 1. */
export interface ClassifiedExamples {
  /** True class by example, from 0. */
  readonly truth: ArrayLike<number>;
  /** Correctness by example. */
  readonly correct?: ArrayLike<number>;
  /** Log loss by example, in nats. */
  readonly logLoss?: ArrayLike<number>;
  /** Predicted class by example, from 0. */
  readonly prediction?: ArrayLike<number>;
  /** Probability or other score of class 1 by example. */
  readonly positiveScore?: ArrayLike<number>;
}

/**
 * Values by example whose mean is the mean M over the tasks' means m_t, each of which counts alike. n_t of n examples
 * are of task t, and T is the number of tasks.
 *
 *     M + n (c_e - m_t) / (T n_t).
 *
 * @param tasks number of each example's task, from 0.
 * @param own each example's value c_e, such as its correctness or log loss.
 */
export function taskMeanValues(tasks: ArrayLike<number>, own: ArrayLike<number>): Float64Array {
  const { length } = tasks;
  const counts = classCounts(tasks);
  const sums = new Map<number, number>();
  for (let e = 0; e < length; e++) sums.set(tasks[e]!, (sums.get(tasks[e]!) ?? 0) + own[e]!);
  const means = new Map([...counts].map(([task, count]) => [task, sums.get(task)! / count]));
  const overall = [...means.values()].reduce((sum, one) => sum + one, 0) / counts.size;
  return Float64Array.from({ length }, (_, e) => {
    const task = tasks[e]!;
    return overall + ((own[e]! - means.get(task)!) * length) / (counts.size * counts.get(task)!);
  });
}

/** Number of the positive class among two. */
export const positiveClass = 1;

/**
 * Values by example whose mean is the F1 of class 1: 2t / (p + l). t counts true positives, p predicted and l labelled
 * ones. A value is F1 plus the example's influence, and influences have mean 0.
 *
 *     F1 + n (2 t_e - F1 (p_e + l_e)) / (p + l).
 *
 * 0 if no example is predicted or labelled as positive, as scikit-learn's `zero_division=0`.
 *
 * Source of influences: Hampel, "The influence curve and its role in robust estimation" (1974).
 */
export function f1Values(examples: ClassifiedExamples): Float64Array {
  return valuesOfClasses(examples, [positiveClass]);
}

/** Values by example whose mean is the mean F1 over the classes that are predicted or labelled; see {@link f1Values}. */
export function macroF1Values(examples: ClassifiedExamples): Float64Array {
  const { truth, prediction = [] } = examples;
  const classes = [...new Set([...Array.from(truth), ...Array.from(prediction)])];
  return valuesOfClasses(examples, classes);
}

function valuesOfClasses(
  { truth, prediction = [] }: ClassifiedExamples,
  classes: readonly number[],
): Float64Array {
  const { length } = truth;
  const [hits, counts] = [new Map<number, number>(), new Map<number, number>()];
  const count = (of: Map<number, number>, name: number): unknown => of.set(name, (of.get(name) ?? 0) + 1);
  for (let e = 0; e < length; e++) {
    count(counts, truth[e]!);
    count(counts, prediction[e]!);
    if (truth[e] === prediction[e]) count(hits, truth[e]!);
  }
  const weights = new Map<number, { readonly f1: number; readonly weight: number }>();
  let mean = 0;
  for (const name of classes) {
    const all = counts.get(name) ?? 0;
    if (all === 0) continue;
    const f1 = (2 * (hits.get(name) ?? 0)) / all;
    weights.set(name, { f1, weight: length / all / classes.length });
    mean += f1 / classes.length;
  }
  return Float64Array.from({ length }, (_, e) => {
    const [of, as] = [weights.get(truth[e]!), weights.get(prediction[e]!)];
    const hit = truth[e] === prediction[e] ? 2 * (of?.weight ?? 0) : 0;
    return mean + hit - (of ? of.f1 * of.weight : 0) - (as ? as.f1 * as.weight : 0);
  });
}

/**
 * Values by example whose mean is the Matthews correlation C / √(P T). Influences are by the delta method.
 *
 *     C = accuracy - Σ p_k l_k, P = 1 - Σ p_k², T = 1 - Σ l_k².
 *
 * p_k and l_k are the shares predicted and labelled as class k. 0 if all predictions are one class, as in
 * scikit-learn.
 *
 * Source: Gorodkin, "Comparing two K-category assignments by a K-category correlation coefficient" (2004).
 */
export function matthewsValues({ truth, prediction = [] }: ClassifiedExamples): Float64Array {
  const { length } = truth;
  const [labelled, predicted] = [sharesOf(truth), sharesOf(prediction)];
  let accuracy = 0;
  for (let e = 0; e < length; e++) if (truth[e] === prediction[e]) accuracy += 1 / length;
  const product = [...labelled].reduce((sum, [name, share]) => sum + share * (predicted.get(name) ?? 0), 0);
  const [p2, l2] = [squares(predicted), squares(labelled)];
  const [covariance, ofPredicted, ofLabelled] = [accuracy - product, 1 - p2, 1 - l2];
  const scale = Math.sqrt(ofPredicted * ofLabelled);
  if (predicted.size < 2 || labelled.size < 2) return new Float64Array(length);
  const mcc = covariance / scale;
  return Float64Array.from({ length }, (_, e) => {
    const [of, as] = [truth[e]!, prediction[e]!];
    const hit = of === as ? 1 : 0;
    const moved = hit - accuracy - (labelled.get(as) ?? 0) - (predicted.get(of) ?? 0) + 2 * product;
    const spread = (p2 - predicted.get(as)!) / ofPredicted + (l2 - labelled.get(of)!) / ofLabelled;
    return mcc + moved / scale - mcc * spread;
  });
}

function sharesOf(classes: ArrayLike<number>): Map<number, number> {
  const shares = new Map<number, number>();
  for (let e = 0; e < classes.length; e++)
    shares.set(classes[e]!, (shares.get(classes[e]!) ?? 0) + 1 / classes.length);
  return shares;
}

function squares(shares: ReadonlyMap<number, number>): number {
  return [...shares.values()].reduce((sum, share) => sum + share * share, 0);
}

/**
 * Values by example whose mean is the area under the ROC curve A. A placement is the share of negatives below a
 * positive, or of positives above a negative. Ties count half.
 *
 *     A + (placement_e - A) / share of the example's class.
 *
 * NaN if one class is absent.
 *
 * Source: DeLong, DeLong and Clarke-Pearson, "Comparing the areas under two or more correlated receiver operating
 * characteristic curves" (1988).
 */
export function aurocValues({ truth, positiveScore = [] }: ClassifiedExamples): Float64Array {
  const { length } = truth;
  const order = Uint32Array.from({ length }, (_, e) => e).sort(
    (a, b) => positiveScore[a]! - positiveScore[b]!,
  );
  let positives = 0;
  for (let e = 0; e < length; e++) if (truth[e] === positiveClass) positives++;
  const negatives = length - positives;
  const placements = new Float64Array(length);
  let [below, positivesBelow, area] = [0, 0, 0];
  for (let from = 0; from < length; ) {
    let to = from;
    let tied = 0;
    while (to < length && positiveScore[order[to]!] === positiveScore[order[from]!]) {
      if (truth[order[to]!] === positiveClass) tied++;
      to++;
    }
    const tiedNegatives = to - from - tied;
    for (let i = from; i < to; i++) {
      const e = order[i]!;
      const isPositive = truth[e] === positiveClass;
      placements[e] = isPositive
        ? (below + tiedNegatives / 2) / negatives
        : (positives - positivesBelow - tied / 2) / positives;
      if (isPositive) area += placements[e]! / positives;
    }
    below += tiedNegatives;
    positivesBelow += tied;
    from = to;
  }
  const [ofPositive, ofNegative] = [length / positives, length / negatives];
  return placements.map(
    (placement, e) => area + (placement - area) * (truth[e] === positiveClass ? ofPositive : ofNegative),
  );
}

/** Example counts of the classes in `truth`, by class number. */
export function classCounts(truth: ArrayLike<number>): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (let e = 0; e < truth.length; e++) counts.set(truth[e]!, (counts.get(truth[e]!) ?? 0) + 1);
  return counts;
}
