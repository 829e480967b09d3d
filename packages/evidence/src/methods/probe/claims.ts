import { apart, capital, counted, plural, range, rankList } from "../../claims/amounts.ts";
import { type Claim, claim, type Words } from "../../claims/claim.ts";
import type { Reasons } from "../../schema/decision-facts.ts";
import type { Decided } from "../../schema/decision-types.ts";
import type { Confirmation, MethodMembers, ProbeSummary } from "../../schema/method-types.ts";
import { figure, type MetricName, metricOf } from "../../schema/metric.ts";
import { type Course, type MethodRow, wholeGrid } from "../method.ts";
import { firstCandidate } from "./first-candidate.ts";

/** A probe: the largest rank, cut to the smaller ones, then the smallest that looks adequate compared with the largest. */
export const probe: MethodRow = {
  course,
  planned: ({ ranks, seeds, expected }) =>
    `about ${expected} of the ${ranks.length * seeds.length} of a grid: rank ${ranks.at(-1)} under ` +
    `${counted(expected / 2, "seed")}, cut to the smaller ranks, and the rank that looks adequate`,
  claims,
  mayEndEarly: false,
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

function claims(decision: Decided): Claim[] {
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

function notTrained({ metric, rank, verdict }: Decided, probe: ProbeSummary): Claim[] {
  const ranks = course({ probe })?.predictedOnly ?? [];
  if (ranks.length === 0) return [];
  const below = probe.predictions
    .filter((one) => ranks.includes(one.rank) && rank !== null && one.rank < rank)
    .map((one) => ({ rank: one.rank, shortfall: 0 - one.advantage }));
  return [claim.method("not-trained", { ranks, metric, below: verdict === "inconclusive" ? [] : below })];
}

export const probeWords: Words<"probe-course" | "confirmed" | "pilot" | "not-trained"> = {
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
    const start = `${capital(rankList(ranks))} ${plural(ranks, "was", "were")} predicted and not trained`;
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

/** Reasons why a rank of an earlier confirmation is not among the compared ones. */
export const probeReasons: Reasons<"refuted"> = {
  refuted({ confirmation: { advantage, interval }, fromRank }, metric) {
    if (advantage === undefined || interval === undefined) return "its runs failed";
    return `real runs were ${apart(advantage, interval, metric)} rank ${fromRank}`;
  },
};
