import { capitalised, counted } from "@lorank/core";
import { apart, plural, range, rankList } from "../../claims/amounts.ts";
import type { ClaimIn, Reasons, Words } from "../../claims/claim.ts";
import type { Confirmation, Pilot, RankPrediction } from "../../schema/method-types.ts";
import { figure, type MetricName, metricOf } from "../../schema/metric.ts";

export interface ProbeBodies {
  method: {
    "probe-course": {
      fromRank: number;
      seeds: number;
      runs: number;
      gridRuns: number;
    };
    confirmed: {
      metric: MetricName;
      fromRank: number;
      prediction: RankPrediction;
      confirmation: Confirmation;
      /** True if the confirmed rank is below the predicted rank, since a pilot was within the margin. */
      isBelowCandidate: boolean;
    };
    pilot: Pilot & { metric: MetricName; fromRank: number };
    "not-trained": {
      ranks: readonly number[];
      metric: MetricName;
      /** Ranks below the recommended, with the truncations' shortfalls. */
      below: readonly { readonly rank: number; readonly shortfall: number }[];
    };
  };
}

export const probeWords: Words<ClaimIn<ProbeBodies>> = {
  "probe-course"({ fromRank, seeds, runs, gridRuns }) {
    const cost = `The probe took ${runs} of the grid's ${counted(gridRuns, "run")}`;
    return seeds === 0
      ? `${cost}. No run of rank ${fromRank} could be cut to the smaller ranks, so nothing was predicted.`
      : `${cost}. Rank ${fromRank} was trained, and its adapters of ${counted(seeds, "seed")} were cut to every smaller rank.`;
  },
  confirmed({ metric, fromRank, prediction, confirmation, isBelowCandidate }) {
    const place = apart(prediction.advantage, prediction.interval, metric);
    const below = isBelowCandidate
      ? " It was trained all the same: cutting underrates small ranks, and its pilot runs kept up."
      : "";
    return `That predicted rank ${prediction.rank} ${place} rank ${fromRank}; ${confirmedWords(confirmation, metric)}.${below}`;
  },
  pilot({ rank, seeds, advantage, interval, taken, metric, fromRank }) {
    const began = `Rank ${rank} was tried under ${counted(seeds, "seed")} as a pilot, since cutting underrates small ranks: `;
    if (advantage === undefined || interval === undefined) return `${began}its runs failed.`;
    const then = taken ? "within the margin, so a smaller one was tried" : "beyond the margin";
    return `${began}it came out ${apart(advantage, interval, metric)} rank ${fromRank}, ${then}.`;
  },
  "not-trained"({ ranks, metric, below }) {
    const start = `${capitalised(rankList(ranks))} ${plural(ranks, "was", "were")} predicted and not trained`;
    if (below.length === 0) return `${start}.`;
    const [, unit] = metricOf(metric).unit;
    const amounts = below.map(({ shortfall }) => figure(shortfall, metricOf(metric)));
    return `${start}; cut to ${rankList(below.map(({ rank }) => rank))} the adapters fell ${range(amounts)} ${unit} behind.`;
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

/** Reasons why an earlier confirmation's rank is not compared. */
export const probeReasons: Reasons<"refuted"> = {
  refuted({ confirmation: { advantage, interval }, fromRank }, metric) {
    if (advantage === undefined || interval === undefined) return "its runs failed";
    return `real runs were ${apart(advantage, interval, metric)} rank ${fromRank}`;
  },
};
