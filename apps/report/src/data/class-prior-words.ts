import type { Decision, Results } from "@lorank/core/results";

/** The verdict where no rank is shown to be better than the class prior. */
export function priorWords(
  { classPrior }: Pick<Decision, "classPrior">,
  confidence: string,
): { headline: string; reason: string } {
  const { accuracy, logLoss, state } = classPrior!;
  return {
    headline:
      state === "not-better"
        ? "No rank: none is better than the shares of the classes alone."
        : "No rank: none is shown to be better than the shares of the classes alone.",
    reason:
      `Always answering the most frequent class would score ${(100 * accuracy).toFixed(1)}%, and giving every example the ` +
      `shares of the classes a log loss of ${logLoss.toFixed(3)}. At ${confidence} confidence no rank is better in either.`,
  };
}

/** Compared ranks that are not shown to be better than the class prior; none where the classes are unknown. */
export function ranksBehindPrior({ classPrior }: Pick<Decision, "classPrior">): number[] {
  return (classPrior?.ranks ?? []).filter(({ isBetter }) => !isBetter).map(({ rank }) => rank);
}

/** What to do about a training that taught nothing; empty where the runs do not tell. */
export function faultAdvice({ decision, trials }: Results): { next?: string } {
  const { learningRate, epochs } = trials[0]?.spec.optimizer ?? {};
  const { fault } = decision;
  if (fault === undefined) return {};
  switch (fault) {
    case "rate-too-high":
      return { next: `Lower the learning rate (now ${learningRate}), or search one (--learning-rate auto).` };
    case "too-short":
      return { next: `Train longer (--epochs ${2 * epochs!}).` };
    case "memorising":
      return { next: "Check that the labels belong to their texts, and train on more examples." };
    case "unknown":
      return {
        next: "Check that the labels belong to their texts, then search the rate and the epochs (--learning-rate auto --epochs auto).",
      };
  }
}
