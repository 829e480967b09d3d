import { firstCandidate } from "../facts/first-candidate.ts";
import { predictedOnly } from "../facts/runs-of-method.ts";
import type { ProbeSummary } from "../method-types.ts";
import type { RaceSummary } from "../race-types.ts";
import type { Claim } from "./claim.ts";
import { claim } from "./make-claim.ts";
import type { Decided } from "./pairs.ts";

/** How a race or a probe went: what it ran, and what became of each rank. Nothing of a grid. */
export function methodClaims(decision: Decided): Claim[] {
  const { race, probe } = decision;
  if (race) return raceClaims(decision, race);
  return probe ? probeClaims(decision, probe) : [];
}

function raceClaims(
  { metric }: Decided,
  { looks, plannedSeeds, stopped, runs, gridRuns }: RaceSummary,
): Claim[] {
  const last = looks.at(-1);
  const course = {
    ...(last && stopped ? { stopped } : {}),
    seeds: last?.seeds ?? 0,
    plannedSeeds,
    ...(last?.promise === undefined ? {} : { promise: last.promise }),
    runs,
    gridRuns,
  };
  const drops = looks.flatMap(({ seeds, dropped }) =>
    dropped.map((drop) => claim("dropped", { ...drop, seeds, metric })),
  );
  return [claim("race-course", course), ...drops];
}

function probeClaims(decision: Decided, probe: ProbeSummary): Claim[] {
  const { metric, margin } = decision;
  const { fromRank, predictions, pilots, confirmations, probeSeeds, runs, gridRuns } = probe;
  const course = { fromRank, runs, gridRuns };
  if (predictions.length === 0 || confirmations.length === 0)
    return [claim("probe-course", { ...course, seeds: 0 })];
  const candidate = firstCandidate(predictions, margin);
  const last = confirmations.at(-1);
  const confirmed = confirmations.flatMap((confirmation) => {
    const { rank } = confirmation;
    const prediction = predictions.find((one) => one.rank === rank);
    const isBelowCandidate = confirmation === last && candidate !== undefined && rank < candidate;
    return prediction === undefined
      ? []
      : [claim("confirmed", { metric, fromRank, prediction, confirmation, isBelowCandidate })];
  });
  return [
    claim("probe-course", { ...course, seeds: probeSeeds.length }),
    ...confirmed,
    ...pilots.map((pilot) => claim("pilot", { ...pilot, metric, fromRank })),
    ...notTrained(decision, probe),
  ];
}

function notTrained({ metric, rank, verdict }: Decided, probe: ProbeSummary): Claim[] {
  const ranks = predictedOnly({ probe });
  if (ranks.length === 0) return [];
  const below = probe.predictions
    .filter((one) => ranks.includes(one.rank) && rank !== null && one.rank < rank)
    .map((one) => ({ rank: one.rank, shortfall: 0 - one.advantage }));
  return [claim("not-trained", { ranks, metric, below: verdict === "inconclusive" ? [] : below })];
}
