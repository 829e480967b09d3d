import type { Results } from "@lorank/core/results";
import { integer, listInWords, plural } from "./format.ts";
import { decisionMetric, isCausal } from "./metric.ts";

/** The verdict as the first lines of the report. */
export interface VerdictWords {
  /** One word or two for the kind of verdict. */
  readonly kind: string;
  /** The answer to "which rank?", short enough for the largest type. */
  readonly headline: string;
  /** What the answer rests on. */
  readonly reason: string;
  /** How to get a better answer; only where the verdict leaves something open. */
  readonly next?: string;
}

/** Puts the decision into words. Claims nothing beyond the decision's own fields. */
export function verdictWords(results: Results): VerdictWords {
  const { decision } = results;
  const metric = decisionMetric(results);
  const margin = metric.margin(decision.margin);
  const confidence = percent(decision.confidence);
  const tried = decision.ranks.map((summary) => summary.rank);
  if (tried.length === 0) {
    return {
      kind: "no result",
      headline: "No run has completed, so there is no verdict.",
      reason: "A verdict needs at least one completed run of two ranks.",
    };
  }
  switch (decision.verdict) {
    case "adequate":
      return {
        kind: "adequate",
        headline: `Use rank ${decision.rank}.`,
        reason:
          decision.rank === decision.bestRank
            ? `It has the best mean of the ranks tried, and no smaller rank was shown to come within ${margin} of it at ${confidence} confidence.`
            : `It is the smallest of the ranks tried (${listInWords(tried)}) that is not worse than the best, rank ${decision.bestRank}, by more than ${margin}, at ${confidence} confidence.`,
      };
    case "indistinguishable":
      return {
        kind: "indistinguishable",
        headline: `The data cannot tell these ranks apart. Take the smallest: rank ${decision.rank}.`,
        reason: `At ${confidence} confidence no rank of ${listInWords(tried)} is shown to differ from the best mean (rank ${decision.bestRank}); the differences seen are as large as chance makes them.`,
      };
    case "inconclusive":
      return {
        kind: "inconclusive",
        headline: "Inconclusive: these runs do not settle the rank.",
        reason: `At ${confidence} confidence they neither show that a smaller rank is within ${margin} of the best (rank ${decision.bestRank}) nor that it is worse.`,
        ...(decision.needed ? { next: needed(results, decision.needed) } : {}),
      };
    case "extend":
      return {
        kind: "extend",
        headline: `Go above rank ${decision.rank ?? decision.bestRank}: quality is still rising.`,
        reason: `The largest rank tried is the best, and its gain over the next smaller one is supported at ${confidence} confidence. It is the one to use until larger ones have been tried.`,
        next: `Add rank ${2 * Math.max(...tried, 1)} to the sweep; the runs made so far are kept.`,
      };
  }
}

/** `95% confidence · margin 1 point · 5 paired seeds · 1,000 validation examples`, as separate facts. */
export function sureness(results: Results): readonly { readonly term: string; readonly value: string }[] {
  const { decision } = results;
  const metric = decisionMetric(results);
  return [
    { term: "Confidence", value: percent(decision.confidence) },
    { term: "Margin", value: `${metric.margin(decision.margin)} of ${metric.title.toLowerCase()}` },
    { term: "Paired seeds", value: integer(decision.seeds) },
    { term: "Validation examples", value: integer(decision.examples) },
  ];
}

function needed(results: Results, need: { readonly examples: number; readonly seeds: number }): string {
  const { examples, seeds } = results.decision;
  const what = isCausal(results) ? "validation response" : "validation example";
  return `About ${plural(need.examples, what)} (now ${integer(examples)}) and ${plural(need.seeds, "seed")} (now ${integer(seeds)}) would settle it.`;
}

/** `0.95` as `95%`, `0.995` as `99.5%`. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))}%`;
}
