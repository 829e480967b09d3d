import type {
  Confirmation,
  Decision,
  MetricName,
  Pilot,
  ProbeSummary,
  RankPrediction,
} from "../../results/types.ts";
import { apart, counted, range } from "../words.ts";
import { firstCandidate } from "./probe.ts";

/** How a probe went: what was cut, what that predicted, what real runs confirmed, and what it saved. */
export function probeSentences(
  { metric, margin, rank, verdict }: Pick<Decision, "metric" | "margin" | "rank" | "verdict">,
  probe: ProbeSummary,
): string[] {
  const { fromRank, predictions, pilots, confirmations, probeSeeds, runs, gridRuns } = probe;
  const cost = `The probe took ${runs} of the grid's ${counted(gridRuns, "run")}`;
  const last = confirmations.at(-1);
  if (predictions.length === 0 || last === undefined)
    return [`${cost}: no run of rank ${fromRank} could be cut, so nothing was predicted.`];
  const predicted = predictions.find((one) => one.rank === last.rank)!;
  const sentences = [
    `${cost}: rank ${fromRank} was trained and its adapters of ${counted(probeSeeds.length, "seed")} cut to the smaller ranks, ` +
      `which predicted r=${last.rank} ${place(predicted, fromRank, metric)}; ${confirmedWords(last, metric)}.`,
  ];
  const candidate = firstCandidate(predictions, margin);
  if (candidate !== undefined && last.rank < candidate) {
    sentences.push(
      `It was trained all the same: cutting underrates small ranks, and under ${counted(probeSeeds.length, "seed")} it kept up.`,
    );
  }
  for (const pilot of pilots) sentences.push(pilotSentence(pilot, fromRank, metric));
  const untrained = predictions
    .map((one) => one.rank)
    .filter((one) => one !== fromRank && ![...confirmations, ...pilots].some((tried) => tried.rank === one));
  if (untrained.length > 0) {
    const below = rank === null ? [] : untrained.filter((one) => one < rank);
    sentences.push(
      `${untrained.length === 1 ? "Rank" : "Ranks"} ${range(untrained)} ${untrained.length === 1 ? "was" : "were"} predicted ` +
        "and not trained" +
        (below.length > 0 && verdict !== "inconclusive"
          ? `; cut to ${range(below)} the adapters fell ${shortfalls(below, predictions, metric)} behind.`
          : "."),
    );
  }
  return sentences;
}

/** Cutting underrates small ranks, so one below was trained as well. */
function pilotSentence(
  { rank, seeds, advantage, interval, taken }: Pilot,
  fromRank: number,
  metric: MetricName,
): string {
  const began = `Since cutting underrates small ranks, rank ${rank} was trained under ${counted(seeds, "seed")} too: `;
  if (advantage === undefined || interval === undefined) return `${began}its runs failed.`;
  const came = `it came out ${apart(advantage, interval, metric)} r=${fromRank}`;
  const then = taken ? ", within the margin, so a smaller one was tried" : ", beyond the margin";
  return `${began}${came}${then}.`;
}

/** Why a rank that was confirmed first is not among the compared ones. */
export function refutedWords(
  { advantage, interval }: Confirmation,
  fromRank: number,
  metric: MetricName,
): string {
  if (advantage === undefined || interval === undefined) return "its runs failed";
  return `real runs were ${apart(advantage, interval, metric)} rank ${fromRank}`;
}

function place({ advantage, interval }: RankPrediction, fromRank: number, metric: MetricName): string {
  return `${apart(advantage, interval, metric)} r=${fromRank}`;
}

function confirmedWords({ advantage, interval, outcome }: Confirmation, metric: MetricName): string {
  if (advantage === undefined || interval === undefined) return "real runs failed";
  const where =
    outcome === "held" ? "" : outcome === "missed" ? ", outside of the prediction" : ", which refutes it";
  return `real runs came out ${apart(advantage, interval, metric)} it${where}`;
}

function shortfalls(
  ranks: readonly number[],
  predictions: readonly RankPrediction[],
  metric: MetricName,
): string {
  const unit = metric === "accuracy" ? "points" : "nats";
  const amounts = ranks.map((rank) => {
    const { advantage } = predictions.find((one) => one.rank === rank)!;
    return metric === "accuracy" ? (-100 * advantage).toFixed(1) : (-advantage).toFixed(3);
  });
  return `${range(amounts)} ${unit}`;
}
