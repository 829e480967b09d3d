import type { ClassPriorComparison, Decision, MetricName } from "../../results/types.ts";
import { apart } from "../words.ts";

/** Why no rank is recommended where none is shown to be better than the class prior. */
export function priorSentences({ classPrior, seeds, metric }: Omit<Decision, "explanation">): string[] {
  const { accuracy, logLoss, source, state, ranks } = classPrior!;
  if (source === "agreement") {
    return [
      `Inconclusive: all ${ranks.length * seeds} runs are right on exactly the same examples, like runs that always give one ` +
        "answer. Whether they learned anything cannot be known without the class of each example: add a column `label`.",
    ];
  }
  const is = state === "not-better" ? "is" : "is shown to be";
  const closest = closestRank(classPrior!, metric);
  const of = `r=${closest.rank} comes closest: ${apart(closest.accuracy, closest.accuracyInterval, "accuracy")} it`;
  if (closest.logLoss === undefined || closest.logLossInterval === undefined) {
    return [
      `Inconclusive: no rank ${is} better than always naming the most frequent class, which is right on ${shareOf(accuracy)} ` +
        "of the examples.",
      `${of}.`,
    ];
  }
  return [
    `Inconclusive: no rank ${is} better than the class prior. Always naming the most frequent class is right on ` +
      `${shareOf(accuracy)} of the examples, and giving each the shares of the classes costs ${logLoss.toFixed(3)} nats.`,
    `${of} and, in log loss, ${apart(closest.logLoss, closest.logLossInterval, "log-loss")} it.`,
  ];
}

/** By the decision's metric; the smallest of equals. */
function closestRank({ ranks }: ClassPriorComparison, metric: MetricName) {
  const advantageOf = (one: ClassPriorComparison["ranks"][number]): number =>
    metric === "accuracy" ? one.accuracy : one.logLoss!;
  return ranks.reduce((best, one) => (advantageOf(one) > advantageOf(best) ? one : best));
}

function shareOf(accuracy: number): string {
  return `${(100 * accuracy).toFixed(1)}%`;
}
