import { apart, capital, counted, plural, range, rankList } from "../../claims/amounts.ts";
import { type Claim, claim, type Words } from "../../claims/claim.ts";
import { longer } from "../../claims/longer.ts";
import type { ClassPriorComparison } from "../../schema/check-types.ts";
import type { Decided } from "../../schema/decision-types.ts";
import { allMetrics, figure, type MetricName, metricOf, metrics } from "../../schema/metric.ts";
import { isBehindPrior } from "../../schema/rank-to-use.ts";
import { scoreIn } from "../../schema/scores.ts";
import type { CheckRow } from "../check-claims.ts";
import { aboveClassPrior } from "./above-untrained.ts";

/**
 * Claims if no rank completed, or none is shown to be better than the class prior: the finding, its cause, and next steps. Else a
 * caution about ranks that are right more often and end with a larger log loss.
 */
export const classPrior: CheckRow = {
  answer(decision, atOwnRate) {
    const { classPrior: prior, ranks } = decision;
    if (ranks.length > 0 && !isBehindPrior(decision)) return undefined;
    const why = ranks.length === 0 ? "nothing-completed" : whyNone(prior!);
    return [
      claim.verdict("none-recommended", { why, atOwnRate }),
      ...(isBehindPrior(decision) ? nothingLearned(decision, prior!) : []),
      ...faultClaims(decision),
    ];
  },
  onRuns(decision) {
    const found = aboveClassPrior(decision);
    return found === undefined ? [] : [claim.caution("above-untrained", found)];
  },
};

function whyNone({ source, state }: ClassPriorComparison) {
  if (source === "agreement") return "same-answers";
  return state === "not-better" ? "not-better" : "unclear";
}

function nothingLearned({ seeds, metric, fault }: Decided, prior: ClassPriorComparison): Claim[] {
  const { accuracy, logLoss, source, state, ranks } = prior;
  const closest = closestRank(prior, metric);
  const body = {
    ...(fault === undefined ? {} : { cause: fault }),
    state: state === "not-better" ? state : ("unclear" as const),
    source,
    accuracy,
    ...(closest.logLoss === undefined ? {} : { logLoss }),
    runs: ranks.length * seeds,
  };
  return [
    claim.verdict("nothing-learned", body),
    ...(source === "agreement" ? [] : [claim.evidence("closest-to-prior", closest)]),
  ];
}

/** Finds the closest rank by the decision's metric; the smallest of equals. */
function closestRank({ ranks }: ClassPriorComparison, metric: MetricName) {
  const by = metricOf(metric);
  return ranks.reduce((best, one) => (scoreIn(one, by)! > scoreIn(best, by)! ? one : best));
}

function faultClaims({ fault, faultyTraining, ranks, convergence = [] }: Decided): Claim[] {
  if (fault === undefined) return [];
  const { learningRate, epochs, steps, diverged = 0, divergedAtStart = 0 } = faultyTraining ?? {};
  const isShort = fault === "too-short" && convergence.every(({ fall }) => fall === undefined);
  const seen = claim.verdict("fault", {
    cause: fault,
    diverged,
    ...(divergedAtStart > 0 ? { divergedAtStart } : {}),
    anyCompared: ranks.length > 0,
    ...(isShort && steps !== undefined ? { fewSteps: steps } : {}),
  });
  switch (fault) {
    case "rate-too-high":
      return [seen, claim.next("lower-rate", learningRate === undefined ? {} : { now: learningRate })];
    case "too-short":
      return [
        seen,
        ...(epochs === undefined
          ? []
          : [claim.next("train-longer", { epochs: longer(epochs), maySpeedDiffer: false })]),
      ];
    case "memorising":
      return [seen, claim.next("check-labels", { thenSearch: false })];
    case "unknown":
      if (2 * divergedAtStart > diverged && ranks.length === 0) return [seen, claim.next("check-inputs", {})];
      return [seen, claim.next("check-labels", { thenSearch: true })];
  }
}

export const classPriorWords: Words<
  "nothing-learned" | "closest-to-prior" | "behind-prior" | "above-untrained" | "fault"
> = {
  "nothing-learned"({ source, accuracy, logLoss, runs }) {
    if (source === "agreement" && accuracy === 0)
      return `None of the ${counted(runs, "run")} is right on any example: does the metric fit the answers?`;
    if (source === "agreement")
      return (
        `All ${counted(runs, "run")} are right on exactly the same examples, like runs that always give one answer or are copies of each other. ` +
        "Whether they learned anything cannot be known without the class of each example: add a column `label`."
      );
    const prior =
      "The class prior knows how frequent each class is and nothing else: always naming the most frequent one is right on " +
      `${(100 * accuracy).toFixed(1)}% of the examples`;
    return logLoss === undefined
      ? `${prior}.`
      : `${prior}, and giving every example the shares of the classes has a log loss of ${logLoss.toFixed(3)} nats.`;
  },
  "closest-to-prior"(closest) {
    const each = allMetrics.flatMap((metric, index) => {
      const { name, noun, field } = metric;
      const advantage = scoreIn(closest, metric);
      const interval = field === undefined ? closest.scoreIntervals?.[name] : closest[`${field}Interval`];
      if (advantage === undefined || interval === undefined) return [];
      return `${index > 0 ? `in ${noun}, ` : ""}${apart(advantage, interval, name)} it`;
    });
    return `Rank ${closest.rank} comes closest: ${each.join(" and, ")}.`;
  },
  "behind-prior": ({ ranks }) =>
    `${capital(rankList(ranks))} ${plural(ranks, "is", "are")} not shown to be better than the class prior: such runs may ` +
    "have learned nothing.",
  "above-untrained"({ untrained, logLoss, ranks }) {
    const nats = (loss: number): string => figure(loss, metrics["log-loss"]);
    const names = capital(rankList(ranks.map(({ rank }) => rank)));
    const losses = range(ranks.map((one) => nats(one.logLoss)));
    const [reference, meaning] =
      untrained === "class-prior"
        ? [
            "always answering with the shares of the classes",
            `${plural(ranks, "it is", "they are")} overconfident`,
          ]
        : ["the base without an adapter", "what was learned does not hold for other examples"];
    return (
      `${names} ${plural(ranks, "ends", "end")} above the log loss of ${reference}, ${nats(logLoss)} nats, at ${losses}: ` +
      `${meaning}. Train for fewer epochs or at a lower learning rate.`
    );
  },
  fault({ cause, diverged, divergedAtStart = 0, anyCompared, fewSteps }) {
    switch (cause) {
      case "rate-too-high": {
        const rose = "training loss rose far above where it began";
        const runs = diverged > 0 ? `Runs diverged, or their ${rose}` : `The ${rose}`;
        return `${anyCompared ? runs : "The runs diverged"}: the learning rate is too high.`;
      }
      case "memorising":
        return (
          "The training loss fell below the log loss of the class prior; that of the validation examples did not. What was " +
          "learned does not hold for other examples."
        );
      case "too-short":
        return fewSteps === undefined
          ? "The training loss was still falling at the end."
          : `After ${counted(fewSteps, "step")} nothing can be said of the training loss.`;
      case "unknown":
        if (!anyCompared)
          return (
            `Of ${counted(diverged, "run")} that diverged, ${divergedAtStart} had a loss or a gradient that was not finite at ` +
            "the first step, before any weight had changed. So the learning rate is not the cause."
          );
        return "The training loss neither rose far nor surely fell.";
    }
  },
};
