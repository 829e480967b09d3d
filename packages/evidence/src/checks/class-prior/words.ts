import { counted } from "@lorank/core";
import { apart, plural, range } from "../../claims/amounts.ts";
import type { ClaimIn, Words } from "../../claims/claim.ts";
import type { PriorAdvantage, TrainingFault } from "../../schema/check-types.ts";
import { allMetrics, defaultMetric, figure, metrics } from "../../schema/metric.ts";
import { scoreIn } from "../../schema/scores.ts";

export interface ClassPriorBodies {
  verdict: {
    "nothing-learned": {
      cause?: TrainingFault;
      state: "not-better" | "unclear";
      source: "labels" | "shares" | "agreement";
      accuracy: number;
      /** Log loss in nats; absent if runs report none. */
      logLoss?: number;
      runs: number;
    };
    fault: {
      cause: TrainingFault;
      diverged: number;
      anyCompared: boolean;
      /** Diverged runs that were not finite at their first step; absent for 0. */
      divergedAtStart?: number;
      /** Steps per run; present if too few to judge the loss. */
      fewSteps?: number;
    };
  };
  evidence: {
    "closest-to-prior": PriorAdvantage;
  };
  caution: {
    /** Ranks whose log loss ends above an untrained prediction's. */
    "above-untrained": {
      untrained: "class-prior" | "untouched-base";
      /** Log loss under the untrained prediction, in nats. */
      logLoss: number;
      ranks: readonly { readonly rank: number; readonly logLoss: number }[];
    };
  };
}

export const classPriorWords: Words<ClaimIn<ClassPriorBodies>> = {
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
  "closest-to-prior"(closest, { atStart }) {
    const each = allMetrics.flatMap((metric) => {
      const { name, noun, field } = metric;
      const advantage = scoreIn(closest, metric);
      const interval = field === undefined ? closest.scoreIntervals?.[name] : closest[`${field}Interval`];
      if (advantage === undefined || interval === undefined) return [];
      return `${name === defaultMetric ? "" : `in ${noun}, `}${apart(advantage, interval, name)} it`;
    });
    return `${atStart(closest.rank)} comes closest: ${each.join(" and, ")}.`;
  },
  "above-untrained"({ untrained, logLoss, ranks }, { listAtStart }) {
    const nats = (loss: number): string => figure(loss, metrics["log-loss"]);
    const names = listAtStart(ranks.map(({ rank }) => rank));
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
