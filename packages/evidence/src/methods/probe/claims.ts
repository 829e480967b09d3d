import { counted } from "@lorank/core";
import { type ClaimIn, claimsWith } from "../../claims/claim.ts";
import type { Decided } from "../../schema/decision-types.ts";
import type { MethodMembers, ProbeSummary } from "../../schema/method-types.ts";
import { type Course, type MethodClaims, wholeGrid } from "../method.ts";
import { firstCandidate } from "./first-candidate.ts";
import { type ProbeBodies, probeWords } from "./words.ts";

export type ProbeClaim = ClaimIn<ProbeBodies>;

const claim = claimsWith<ProbeBodies>();

/** Probe: cuts the largest rank to smaller ranks, then compares the smallest that seems adequate with it. */
export const probe: MethodClaims<ProbeBodies> = {
  words: probeWords,
  course,
  planned: ({ ranks, seeds, expected }) =>
    `about ${expected} of the ${ranks.length * seeds.length} of a grid: rank ${ranks.at(-1)} under ` +
    `${counted(expected / 2, "seed")}, cut to the smaller ranks, and the rank that looks adequate`,
  claims,
};

function course({ probe }: MethodMembers): Course | undefined {
  if (probe === undefined) return undefined;
  const { fromRank, confirmations, confirmationSeeds, pilots, predictions, probeSeeds } = probe;
  const confirmed = [fromRank, ...confirmations.map(({ rank }) => rank)];
  const tried = pilots.map(({ rank }) => rank);
  return {
    ...wholeGrid,
    part: { method: "probe", runs: probe.runs, gridRuns: probe.gridRuns },
    seedsOf(rank, seeds) {
      if (confirmed.includes(rank)) return [...seeds].sort((a, b) => a - b).slice(0, confirmationSeeds);
      return tried.includes(rank) ? probeSeeds : [];
    },
    leftBehind: confirmations
      .filter(({ outcome }) => outcome === "refuted")
      .map(({ rank }) => rank)
      .sort((a, b) => a - b),
    pilots: tried.toSorted((a, b) => a - b),
    predictedOnly: predictions
      .map(({ rank }) => rank)
      .filter((rank) => ![...confirmed, ...tried].includes(rank)),
    comparesAll: false,
    sharing:
      "The confirmations of a probe share it as well, so that all of this holds at whichever of them the probe ended.",
  };
}

function claims(decision: Decided): ProbeClaim[] {
  const { metric, margin, probe } = decision;
  if (probe === undefined) return [];
  const { fromRank, predictions, pilots, confirmations, probeSeeds, runs, gridRuns } = probe;
  const course = { fromRank, runs, gridRuns };
  if (predictions.length === 0 || confirmations.length === 0)
    return [claim.method("probe-course", { ...course, seeds: 0 })];
  const candidate = firstCandidate(predictions, margin);
  const last = confirmations.at(-1);
  const confirmed = confirmations.flatMap((confirmation) => {
    const { rank } = confirmation;
    const prediction = predictions.find((one) => one.rank === rank);
    const isBelowCandidate = confirmation === last && candidate !== undefined && rank < candidate;
    return prediction === undefined
      ? []
      : [claim.method("confirmed", { metric, fromRank, prediction, confirmation, isBelowCandidate })];
  });
  return [
    claim.method("probe-course", { ...course, seeds: probeSeeds.length }),
    ...confirmed,
    ...pilots.map((pilot) => claim.method("pilot", { ...pilot, metric, fromRank })),
    ...notTrained(decision, probe),
  ];
}

function notTrained({ metric, rank, verdict }: Decided, probe: ProbeSummary): ProbeClaim[] {
  const ranks = course({ probe })?.predictedOnly ?? [];
  if (ranks.length === 0) return [];
  const below = probe.predictions
    .filter((one) => ranks.includes(one.rank) && rank !== null && one.rank < rank)
    .map((one) => ({ rank: one.rank, shortfall: 0 - one.advantage }));
  return [claim.method("not-trained", { ranks, metric, below: verdict === "inconclusive" ? [] : below })];
}
