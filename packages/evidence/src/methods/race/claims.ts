import { type ClaimIn, claimsWith } from "../../claims/claim.ts";
import { comparedIn } from "../../claims/compared.ts";
import type { Compared } from "../../claims/compared-types.ts";
import type { DecisionFacts, DropFacts } from "../../schema/decision-facts.ts";
import type { Decided } from "../../schema/decision-types.ts";
import type { MethodMembers, RaceDrop } from "../../schema/method-types.ts";
import type { MetricName } from "../../schema/metric.ts";
import { gridWords } from "../grid/claims.ts";
import { type Course, type MethodClaims, wholeGrid } from "../method.ts";
import { type RaceBodies, raceWords, reasonOf } from "./words.ts";

export type RaceClaim = ClaimIn<RaceBodies>;

const claim = claimsWith<RaceBodies>();

/** Race: seeds run in blocks, after each of which settled ranks drop out. */
export const race: MethodClaims<RaceBodies> = {
  words: raceWords,
  course,
  planned: (runs) =>
    `at most ${gridWords(runs)}, of which a race runs what it needs (0.4 to 0.7 of them in simulated sweeps)`,
  claims,
  withReasons,
  mayEndEarly: true,
};

function course({ race }: MethodMembers): Course | undefined {
  if (race === undefined) return undefined;
  const { looks, runs, gridRuns } = race;
  const drops = looks.flatMap(({ dropped }) => dropped);
  return {
    ...wholeGrid,
    part: { method: "race", runs, gridRuns },
    seedsOf: (rank, seeds) => seeds.slice(0, looks.findLast(({ ranks }) => ranks.includes(rank))?.seeds ?? 0),
    dropped: ranksOf(drops),
    leftBehind: ranksOf(drops.filter(({ cause }) => cause !== "failed")),
    comparesAll: drops.length === 0,
    sharing:
      "The looks of a race share it as well, so that all of this holds at whichever look the race stopped.",
  };
}

function ranksOf(drops: readonly RaceDrop[]): number[] {
  return drops.map(({ rank }) => rank).sort((a, b) => a - b);
}

function claims({ race, metric, rank }: Decided): RaceClaim[] {
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

function withReasons(facts: DecisionFacts): MethodMembers {
  const { race, metric } = facts;
  if (race === undefined) return {};
  const compared = comparedIn(facts);
  const looks = race.looks.map((look) => ({
    ...look,
    dropped: look.dropped.map((drop) => inWords(drop, metric, compared)),
  }));
  return { race: { ...race, looks } };
}

function inWords(drop: DropFacts, metric: MetricName, compared: Compared): RaceDrop {
  const reason = reasonOf(drop, metric, compared);
  return drop.cause === "failed" ? { rank: drop.rank, cause: drop.cause, reason } : { ...drop, reason };
}
