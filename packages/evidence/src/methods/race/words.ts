import { counted } from "@lorank/core";
import { sideOf, withError } from "../../claims/amounts.ts";
import type { ClaimIn, Reasons, Words } from "../../claims/claim.ts";
import type { Compared } from "../../claims/compared-types.ts";
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
  dropped: (drop, compared) =>
    `${compared.atStart(drop.rank)} was ${droppedAfter(
      drop.seeds,
      drop.cause === "failed" ? drop.reason : supportedReason(drop, drop.metric, compared),
    )}.`,
};

export const raceReasons: Reasons<"dropped"> = {
  dropped: ({ seeds, drop }, metric, compared) => droppedAfter(seeds, reasonOf(drop, metric, compared)),
};

function droppedAfter(seeds: number, reason: string): string {
  return `dropped after ${counted(seeds, "seed")}: ${reason}`;
}

export function reasonOf(drop: DropFacts, metric: MetricName, compared: Compared): string {
  if (drop.cause !== "failed") return supportedReason(drop, metric, compared);
  const { why } = drop;
  return failureReason(why, metric, compared);
}

/** Reason for a drop: "it is 2.0 ± 0.5 points below rank 8, beyond the margin". */
function supportedReason(
  { rank, against, shortfall, interval: [low, high], cause }: SupportedDrop,
  metric: MetricName,
  { one, name, cost }: Compared,
): string {
  const place = `${withError(shortfall, (high - low) / 2, metric)} ${sideOf(0 - shortfall, metric)}`;
  if (cause === "beyond-margin") return `it is ${place} ${name(against)}, beyond the margin`;
  if (one === "rank") return `it is ${place} the smaller ${name(against)}`;
  const isEqual = cost?.values[rank - 1] === cost?.values[against - 1];
  return `it is ${place} ${name(against)}, which costs ${isEqual ? "the same" : "less"}`;
}
