import type { Confirmation } from "../method-types.ts";
import { figure, type MetricName, metrics } from "../metric.ts";
import type { RaceDrop } from "../race-types.ts";
import { apart, capital, counted, percent, plural, range, rankList, sideOf, withError } from "./amounts.ts";
import type { WordsOf } from "./words-of.ts";

/** How a race or a probe went, and what the decision rests on. */
export const methodWords: WordsOf<"method" | "basis"> = {
  "race-course"({ stopped, seeds, plannedSeeds, promise, runs, gridRuns }) {
    const planned = counted(plannedSeeds, "planned seed");
    const cost = `That took ${runs} of the grid's ${counted(gridRuns, "run")}.`;
    if (stopped === undefined) return `The race is not over: it has looked at ${seeds} of ${planned}.`;
    switch (stopped) {
      case "futile":
        return (
          `The race stopped after ${seeds} of ${planned}: the rest would have led to a verdict with a chance of about ` +
          `${Math.round(100 * (promise ?? 0))}%. ${cost}`
        );
      case "spent":
        return `The race ran all of its ${planned}. ${cost}`;
      case "settled":
        return seeds === plannedSeeds
          ? `The race was settled by the last of its ${planned}. ${cost}`
          : `The race stopped after ${seeds} of ${planned}: the comparison was settled. ${cost}`;
    }
  },
  dropped: (drop) => `Rank ${drop.rank} was ${droppedAfter(drop.seeds, dropReason(drop, drop.metric))}.`,
  "probe-course"({ fromRank, seeds, runs, gridRuns }) {
    const cost = `The probe took ${runs} of the grid's ${counted(gridRuns, "run")}`;
    return seeds === 0
      ? `${cost}. No run of rank ${fromRank} could be cut to the smaller ranks, so nothing was predicted.`
      : `${cost}. Rank ${fromRank} was trained, and its adapters of ${counted(seeds, "seed")} were cut to every smaller rank.`;
  },
  confirmed({ metric, fromRank, prediction, confirmation, isBelowCandidate }) {
    const place = apart(prediction.advantage, prediction.interval, metric);
    const kept = isBelowCandidate
      ? " It was trained all the same: cutting underrates small ranks, and its pilot runs kept up."
      : "";
    return `That predicted rank ${prediction.rank} ${place} rank ${fromRank}; ${confirmedWords(confirmation, metric)}.${kept}`;
  },
  pilot({ rank, seeds, advantage, interval, taken, metric, fromRank }) {
    const began = `Rank ${rank} was tried under ${counted(seeds, "seed")} as a pilot, since cutting underrates small ranks: `;
    if (advantage === undefined || interval === undefined) return `${began}its runs failed.`;
    const then = taken ? "within the margin, so a smaller one was tried" : "beyond the margin";
    return `${began}it came out ${apart(advantage, interval, metric)} rank ${fromRank}, ${then}.`;
  },
  "not-trained"({ ranks, metric, below }) {
    const start = `${capital(rankList(ranks))} ${plural(ranks, "was", "were")} predicted and not trained`;
    if (below.length === 0) return `${start}.`;
    const [, unit] = metrics[metric].unit;
    const amounts = below.map(({ shortfall }) => figure(shortfall, metrics[metric]));
    return `${start}; cut to ${rankList(below.map(({ rank }) => rank))} the adapters fell ${range(amounts)} ${unit} behind.`;
  },
  basis({ seeds, examples, confidence, holdsFor }) {
    const start = `This rests on ${seeds > 1 ? "paired runs with " : ""}${counted(seeds, "seed")} and ${counted(examples, "example")}`;
    const intervals = `each ± is a ${percent(confidence)} interval`;
    switch (holdsFor) {
      case "pairs":
        return `${start}; ${intervals} that holds for all pairs of ranks at once.`;
      case "ranks":
        return `${start}; ${intervals} over the examples that holds for all ranks at once.`;
      case "none":
        return `${start}.`;
    }
  },
};

function confirmedWords({ advantage, interval, outcome }: Confirmation, metric: MetricName): string {
  if (advantage === undefined || interval === undefined) return "its real runs failed";
  const where = {
    held: "",
    missed: ", outside of the prediction",
    refuted: ", which refutes it",
    failed: "",
  };
  return `real runs came out ${apart(advantage, interval, metric)} it${where[outcome]}`;
}

/** "dropped after 3 seeds: it is …". */
export function droppedAfter(seeds: number, reason: string): string {
  return `dropped after ${counted(seeds, "seed")}: ${reason}`;
}

/** Why a race dropped a rank: "it is 2.0 ± 0.5 points below rank 8, beyond the margin". */
export function dropReason(drop: RaceDrop | Supported, metric: MetricName): string {
  if (drop.cause === "failed") return drop.reason;
  const { against, shortfall, interval, cause } = drop;
  const place = `${withError(shortfall, (interval[1] - interval[0]) / 2, metric)} ${sideOf(0 - shortfall, metric)}`;
  return cause === "beyond-margin"
    ? `it is ${place} rank ${against}, beyond the margin`
    : `it is ${place} the smaller rank ${against}`;
}

type Supported = Omit<Exclude<RaceDrop, { cause: "failed" }>, "reason">;

/** Why a rank that a probe confirmed first is not among the compared ones. */
export function refutedReason(
  { advantage, interval }: Confirmation,
  fromRank: number,
  metric: MetricName,
): string {
  if (advantage === undefined || interval === undefined) return "its runs failed";
  return `real runs were ${apart(advantage, interval, metric)} rank ${fromRank}`;
}
