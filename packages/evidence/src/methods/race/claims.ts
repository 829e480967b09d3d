import { counted, sideOf, withError } from "../../claims/amounts.ts";
import { type Claim, claim, type Words } from "../../claims/claim.ts";
import { failureReason } from "../../claims/failure-words.ts";
import type { DecisionFacts, DropFacts, Reasons, SupportedDrop } from "../../schema/decision-facts.ts";
import type { Decided } from "../../schema/decision-types.ts";
import type { MethodMembers, RaceDrop } from "../../schema/method-types.ts";
import type { MetricName } from "../../schema/metric.ts";
import { type Course, gridWords, type MethodRow, wholeGrid } from "../method.ts";

/** A race: blocks of seeds, after each of which ranks that are settled drop out. */
export const race: MethodRow = {
  course,
  planned: (runs) =>
    `at most ${gridWords(runs)}, of which a race runs what it needs (0.4 to 0.7 of them in simulated sweeps)`,
  claims,
  withReasons,
  mayEndEarly: true,
};

function course({ race }: MethodMembers): Course | undefined {
  if (race === undefined) return undefined;
  const { looks, runs, gridRuns, stopped } = race;
  const drops = looks.flatMap(({ dropped }) => dropped);
  return {
    ...wholeGrid,
    part: { method: "race", runs, gridRuns },
    // Up to the last look at which the rank was in play.
    seedsOf: (rank, seeds) => seeds.slice(0, looks.findLast(({ ranks }) => ranks.includes(rank))?.seeds ?? 0),
    dropped: ranksOf(drops),
    leftBehind: ranksOf(drops.filter(({ cause }) => cause !== "failed")),
    comparesAll: drops.length === 0,
    isOpen: stopped === undefined,
    sharing:
      "The looks of a race share it as well, so that all of this holds at whichever look the race stopped.",
  };
}

function ranksOf(drops: readonly RaceDrop[]): number[] {
  return drops.map(({ rank }) => rank).sort((a, b) => a - b);
}

function claims({ race, metric, rank }: Decided): Claim[] {
  if (race === undefined) return [];
  const { looks, plannedSeeds, stopped, runs, gridRuns } = race;
  const last = looks.at(-1);
  const course = {
    ...(last && stopped ? { stopped } : {}),
    seeds: last?.seeds ?? 0,
    plannedSeeds,
    ...(last?.promise === undefined ? {} : { promise: last.promise }),
    isRecommended: rank !== null,
    runs,
    gridRuns,
  };
  const drops = looks.flatMap(({ seeds, dropped }) =>
    dropped.map((drop) => claim.method("dropped", { ...drop, seeds, metric })),
  );
  return [claim.method("race-course", course), ...drops];
}

function withReasons({ race, metric }: DecisionFacts): MethodMembers {
  if (race === undefined) return {};
  const looks = race.looks.map((look) => ({
    ...look,
    dropped: look.dropped.map((drop) => inWords(drop, metric)),
  }));
  return { race: { ...race, looks } };
}

function inWords(drop: DropFacts, metric: MetricName): RaceDrop {
  const reason = reasonOf(drop, metric);
  return drop.cause === "failed" ? { rank: drop.rank, cause: drop.cause, reason } : { ...drop, reason };
}

export const raceWords: Words<"race-course" | "dropped" | "left-alone"> = {
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
  "left-alone": ({ isLargest }) =>
    isLargest
      ? "It is the largest rank tried, and every smaller one fell behind in the race."
      : "It is the one rank that is left in the race: every other one fell behind.",
};

export const raceReasons: Reasons<"dropped"> = {
  dropped: ({ seeds, drop }, metric) => droppedAfter(seeds, reasonOf(drop, metric)),
};

/** "dropped after 3 seeds: it is …". */
function droppedAfter(seeds: number, reason: string): string {
  return `dropped after ${counted(seeds, "seed")}: ${reason}`;
}

function reasonOf(drop: DropFacts, metric: MetricName): string {
  if (drop.cause !== "failed") return supportedReason(drop, metric);
  const { why } = drop;
  return failureReason(why, metric);
}

/** "it is 2.0 ± 0.5 points below rank 8, beyond the margin". */
function supportedReason(
  { against, shortfall, interval: [low, high], cause }: SupportedDrop,
  metric: MetricName,
): string {
  const place = `${withError(shortfall, (high - low) / 2, metric)} ${sideOf(0 - shortfall, metric)}`;
  return cause === "beyond-margin"
    ? `it is ${place} rank ${against}, beyond the margin`
    : `it is ${place} the smaller rank ${against}`;
}
