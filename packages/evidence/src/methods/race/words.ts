import { counted } from "@lorank/core";
import { sideOf, withError } from "../../claims/amounts.ts";
import type { ClaimIn, Reasons, Words } from "../../claims/claim.ts";
import { failureReason } from "../../claims/failure-words.ts";
import type { DropFacts, SupportedDrop } from "../../schema/decision-facts.ts";
import type { RaceDrop } from "../../schema/method-types.ts";
import type { MetricName } from "../../schema/metric.ts";

export interface RaceBodies {
  method: {
    "race-course": {
      stopped?: "settled" | "futile" | "spent";
      seeds: number;
      plannedSeeds: number;
      promise?: number;
      /** True if a rank is recommended: more seeds could only have certified it. */
      isRecommended: boolean;
      runs: number;
      gridRuns: number;
    };
    dropped: RaceDrop & { readonly seeds: number; readonly metric: MetricName };
  };
}

export const raceWords: Words<ClaimIn<RaceBodies>> = {
  "race-course"({ stopped, seeds, plannedSeeds, promise = 0, isRecommended, runs, gridRuns }) {
    const planned = counted(plannedSeeds, "planned seed");
    const cost = `That took ${runs} of the grid's ${counted(gridRuns, "run")}.`;
    if (stopped === undefined) return `The race is not over: it has looked at ${seeds} of ${planned}.`;
    switch (stopped) {
      case "futile":
        return (
          `The race stopped after ${seeds} of ${planned}: the rest would have ` +
          `${isRecommended ? "brought the loss within the margin" : "led to a recommendation"} with a chance of about ` +
          `${Math.round(100 * promise)}%. ${cost}`
        );
      case "spent":
        return `The race ran all of its ${planned}. ${cost}`;
      case "settled":
        return seeds === plannedSeeds
          ? `The verdict was settled by the last of the race's ${planned}. ${cost}`
          : `The race stopped after ${seeds} of ${planned}: the verdict was settled. ${cost}`;
    }
  },
  dropped: (drop) =>
    `Rank ${drop.rank} was ${droppedAfter(
      drop.seeds,
      drop.cause === "failed" ? drop.reason : supportedReason(drop, drop.metric),
    )}.`,
};

export const raceReasons: Reasons<"dropped"> = {
  dropped: ({ seeds, drop }, metric) => droppedAfter(seeds, reasonOf(drop, metric)),
};

function droppedAfter(seeds: number, reason: string): string {
  return `dropped after ${counted(seeds, "seed")}: ${reason}`;
}

export function reasonOf(drop: DropFacts, metric: MetricName): string {
  if (drop.cause !== "failed") return supportedReason(drop, metric);
  const { why } = drop;
  return failureReason(why, metric);
}

/** Reason for a drop: "it is 2.0 ± 0.5 points below rank 8, beyond the margin". */
function supportedReason(
  { against, shortfall, interval: [low, high], cause }: SupportedDrop,
  metric: MetricName,
): string {
  const place = `${withError(shortfall, (high - low) / 2, metric)} ${sideOf(0 - shortfall, metric)}`;
  return cause === "beyond-margin"
    ? `it is ${place} rank ${against}, beyond the margin`
    : `it is ${place} the smaller rank ${against}`;
}
