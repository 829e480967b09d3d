import { isBehindPrior, type Results } from "@lorank/core/results";
import { faultAdvice, priorWords } from "./data/class-prior-words.ts";
import { robustnessAdvice } from "./data/robustness-words.ts";
import { leftBehind, partOfGrid, pilotRanks, predictedOnly } from "./data/runs-of-method.ts";
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
  const words = wordsAtOwnRate(results);
  const { robustness } = results.decision;
  if (robustness?.order !== "flips") return words;
  return {
    kind: `${words.kind} at this rate`,
    headline: "The learning rate decides here, not the rank.",
    reason: `Ranks ${robustness.smallestRank} and ${robustness.largestRank} change places when it changes. At the sweep's own rate alone: ${words.headline} ${words.reason}`,
    next: robustnessAdvice(results.decision)!,
  };
}

function wordsAtOwnRate(results: Results): VerdictWords {
  const { decision } = results;
  const margin = decisionMetric(results).margin(decision.margin);
  const confidence = percent(decision.confidence);
  const compared = decision.ranks.map((summary) => summary.rank);
  if (compared.length === 0) {
    return {
      kind: "no result",
      headline: "No verdict: no rank completed enough runs.",
      reason: "Ranks are compared on the seeds that each of them completed, and there is no such seed.",
      ...faultAdvice(results),
    };
  }
  if (isBehindPrior(decision))
    return { kind: "inconclusive", ...priorWords(decision, confidence), ...faultAdvice(results) };
  switch (decision.verdict) {
    case "adequate":
      return {
        kind: "adequate",
        headline: `Use rank ${decision.rank}.`,
        reason: `${
          compared.length === 1
            ? "It is the one rank that is left in the race."
            : `Of ranks ${listInWords(compared)} it is the smallest for which these runs show, at ${confidence} confidence, that no other is better by more than ${margin}.`
        }${othersInWords(results)}`,
      };
    case "indistinguishable":
      return {
        kind: "indistinguishable",
        headline:
          leftBehind(results).length + pilotRanks(results).length + predictedOnly(results).length > 0
            ? `The data cannot tell ranks ${listInWords(compared)} apart. Take rank ${decision.rank}.`
            : `The data cannot tell the ranks apart. Take the smallest: rank ${decision.rank}.`,
        reason: `No difference between any two of ranks ${listInWords(compared)} is supported at ${confidence} confidence.${othersInWords(results)}`,
      };
    case "inconclusive":
      return {
        kind: "inconclusive",
        headline: "Inconclusive: these runs do not settle the rank.",
        reason: inconclusiveReason(results, confidence, margin),
        next: whatWouldSettle(results),
      };
    case "extend":
      return {
        kind: "extend",
        headline: `Go above rank ${decision.rank}: quality is still rising.`,
        reason: `It is the largest rank tried and the best${
          compared.length === 1
            ? ", and every smaller one fell behind in the race"
            : `, and its gain over rank ${compared.at(-2)} is supported at ${confidence} confidence`
        }. Use it until larger ranks have been tried.`,
        next: `Add rank ${2 * Math.max(...compared, 1)} to the sweep.`,
      };
  }
}

/** Ranks of the sweep that a race or a probe did not compare to the end; empty for a grid. */
function othersInWords(results: Results): string {
  const of = (ranks: readonly number[]) => `${ranks.length === 1 ? "Rank" : "Ranks"} ${listInWords(ranks)}`;
  const behind = leftBehind(results);
  const pilots = pilotRanks(results);
  const predicted = predictedOnly(results);
  const told = results.decision.race
    ? "fell behind in the race"
    : "did not do in real runs what was predicted";
  return [
    ...(behind.length > 0 ? [` ${of(behind)} ${told}.`] : []),
    ...(pilots.length > 0
      ? [` ${of(pilots)} ran as ${pilots.length === 1 ? "a pilot" : "pilots"} only.`]
      : []),
    ...(predicted.length > 0
      ? [` ${of(predicted)} ${predicted.length === 1 ? "was" : "were"} predicted and not trained.`]
      : []),
  ].join("");
}

function inconclusiveReason(results: Results, confidence: string, margin: string): string {
  const { ranks, seeds, pairs } = results.decision;
  if (ranks.length < 2)
    return `Only rank ${ranks[0]?.rank} could be compared, and there is nothing to compare it with.`;
  if (seeds < 2)
    return "One seed cannot show how much a rank varies from run to run, so nothing can be claimed.";
  if (pairs?.every(({ interval: [low, high] }) => low <= 0 && high >= 0))
    return `No difference between any two ranks is supported at ${confidence} confidence, but the intervals are too wide to call them equal.`;
  return `Some ranks are worse than others, but for none of the rest do they show, at ${confidence} confidence, that no other is better by more than ${margin}.`;
}

function whatWouldSettle(results: Results): string {
  const { ranks, examples, seeds, needed } = results.decision;
  if (ranks.length < 2) return "Completed runs of at least two ranks on the same seeds.";
  if (!needed) return "Not more runs of this kind: only a wider margin, or less noise between runs.";
  const what = isCausal(results) ? "validation response" : "validation example";
  const design = `${plural(needed.examples, what)} (now ${integer(examples)}) and ${plural(needed.seeds, "seed")} (now ${integer(seeds)})`;
  return seeds < 2
    ? `At least about ${design}.`
    : `About ${design}, if the ranks that are left are truly equal.`;
}

/** How sure the verdict is and what it rests on, as separate facts. */
export function sureness(results: Results): readonly { readonly term: string; readonly value: string }[] {
  const { decision } = results;
  const metric = decisionMetric(results);
  const part = partOfGrid(results);
  return [
    { term: "Confidence", value: percent(decision.confidence) },
    { term: "Margin", value: `${metric.margin(decision.margin)} of ${metric.title.toLowerCase()}` },
    { term: "Paired seeds", value: integer(decision.seeds) },
    { term: "Validation examples", value: integer(decision.examples) },
    ...(part
      ? [{ term: "Runs", value: `${integer(part.runs)} of the grid's ${integer(part.gridRuns)}` }]
      : []),
  ];
}

/** `0.95` as `95%`, `0.995` as `99.5%`. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))}%`;
}

/** How the decision made its intervals; that happened before the report. */
export function intervalsInWords(results: Results): string {
  const { confidence, seeds, examples, race, probe } = results.decision;
  const sample = `${plural(seeds, "seed")} and ${plural(examples, "validation example")}`;
  const shared = race
    ? " The looks of a race share it as well, so that all of this holds at whichever look the race stopped."
    : probe
      ? " The confirmations of a probe share it as well, so that all of this holds at whichever of them the probe ended."
      : "";
  const both =
    seeds === 1
      ? `The intervals count the choice of ${plural(examples, "validation example")} as chance; with one seed they cannot count the chance of training.`
      : `The ${sample} are both samples: others would have given other numbers. The intervals count both kinds of chance, from the variance between seeds, between examples and between single outcomes; nothing is resampled.`;
  return `${both} The interval under a mean is of that rank by itself, at ${percent(confidence)}. Differences are taken between runs of the same seed on the same example, and their intervals hold for all pairs of ranks at once. What is certified of a rank, that no other is better by more than so much, is one-sided and shares the remaining ${percent(1 - confidence)} between the ranks.${shared}`;
}
