import { checkRuns } from "../../checks/finds.ts";
import type { ClaimFamily } from "../../decide/claim-tails.ts";
import { decideDesign } from "../../decide/decide.ts";
import { hasRun, type OutcomeTable, partOf } from "../../decide/outcomes.ts";
import { type PairedDesign, pairedDesign } from "../../decide/paired-design.ts";
import { type DecideOptions, type DecideSettings, settingsOf } from "../../decide/settings.ts";
import type { DecisionFacts } from "../../schema/decision-facts.ts";
import { outcomesOf } from "../../schema/scores.ts";
import type { Confirmation, Pilot, ProbeSummary, Truncation } from "../../schema/types.ts";
import { firstCandidate } from "./first-candidate.ts";
import { errorShare, type ProbePlan, planProbe, predictCurve } from "./probe.ts";

/** The probed sweep. */
export interface ProbeOptions extends DecideOptions {
  readonly ranks: readonly number[];
  readonly seeds: readonly number[];
}

/** Progress of a probe. */
export interface ProbeState {
  readonly plan: ProbePlan;
  readonly predictions: ProbeSummary["predictions"];
  readonly confirmations: readonly Confirmation[];
  readonly pilots: readonly Pilot[];
  /** Runs to train next; absent when the probe is over. */
  readonly next?: { readonly rank: number; readonly seeds: readonly number[] };
}

/**
 * Computes the progress of a probe from its real runs and truncations. Smaller ranks that have run under all
 * confirmation seeds count as confirmations in ascending order, so the same outcomes give the same state.
 */
export function probeSoFar(
  outcomes: OutcomeTable,
  truncations: readonly Truncation[],
  options: ProbeOptions,
): ProbeState {
  const settings = settingsOf(outcomes, options);
  const { judged, pilots, plan, predictions } = replay(outcomes, truncations, options, settings);
  const confirmations = judged.map(({ confirmation }) => confirmation);
  const last = confirmations.at(-1);
  const next = last ? afterConfirmation(last, plan) : toTrain(plan, predictions, pilots, settings.margin);
  return { plan, predictions, pilots, confirmations, ...(next === undefined ? {} : { next }) };
}

/** The next larger rank, after a confirmation that failed. */
function afterConfirmation(
  { rank, outcome }: Confirmation,
  { smaller, confirmationSeeds }: ProbePlan,
): ProbeState["next"] {
  if (outcome !== "refuted" && outcome !== "failed") return undefined;
  const larger = smaller.find((one) => one > rank);
  return larger === undefined ? undefined : { rank: larger, seeds: confirmationSeeds };
}

/** Goes down from the predicted rank as long as pilots are taken; then comes that rank's confirmation. */
function toTrain(
  { smaller, probeSeeds, confirmationSeeds }: ProbePlan,
  predictions: ProbeSummary["predictions"],
  pilots: readonly Pilot[],
  margin: number,
): ProbeState["next"] {
  const predicted = firstCandidate(predictions, margin);
  if (predicted === undefined) return undefined;
  let rank: number = predicted;
  // With fewer seeds a pilot would be a confirmation.
  while (probeSeeds.length < confirmationSeeds.length) {
    const below: number | undefined = smaller[smaller.indexOf(rank) - 1];
    if (below === undefined) break;
    const pilot = pilots.find((one) => one.rank === below);
    if (pilot === undefined) return { rank: below, seeds: probeSeeds };
    if (!pilot.taken) break;
    rank = below;
  }
  return { rank, seeds: confirmationSeeds };
}

/**
 * Decides a probe: on the last confirmed rank and the largest, with its share of the error. Ranks that were only
 * predicted are named as such, and so are those that real runs refuted.
 */
export function decideProbe(
  outcomes: OutcomeTable,
  truncations: readonly Truncation[],
  options: ProbeOptions,
): DecisionFacts {
  const settings = settingsOf(outcomes, options);
  const { judged, pilots, plan, predictions } = replay(outcomes, truncations, options, settings);
  const last = judged.at(-1);
  const runs = checkRuns(last?.design ?? pairedDesign(outcomes), outcomes, settings);
  const family = last ? { family: last.family } : {};
  const decision = decideDesign(runs, outcomes.examples, settings, family);
  const probe: ProbeSummary = {
    fromRank: plan.fromRank,
    probeSeeds: plan.probeSeeds,
    confirmationSeeds: plan.confirmationSeeds.length,
    predictions,
    pilots,
    confirmations: judged.map(({ confirmation }) => confirmation),
    runs: outcomes.cells.length + outcomes.failures.filter(({ status }) => status !== "missing").length,
    truncations: truncations.length,
    gridRuns: options.ranks.length * options.seeds.length,
  };
  const refuted = judged.slice(0, -1).map(({ confirmation }) => ({
    rank: confirmation.rank,
    cause: { kind: "refuted" as const, confirmation, fromRank: plan.fromRank },
  }));
  const excluded = [...refuted, ...(decision.excluded ?? [])];
  return { ...decision, ...(excluded.length > 0 ? { excluded } : {}), probe };
}

interface Replay extends Pick<ProbeState, "plan" | "predictions" | "pilots"> {
  readonly judged: readonly {
    readonly confirmation: Confirmation;
    readonly design: PairedDesign;
    readonly family: ClaimFamily;
  }[];
}

function replay(
  outcomes: OutcomeTable,
  truncations: readonly Truncation[],
  { ranks, seeds }: ProbeOptions,
  settings: DecideSettings,
): Replay {
  const { metric, margin, confidence } = settings;
  const plan = planProbe(ranks, seeds, confidence);
  const { fromRank, smaller, probeSeeds, confirmationSeeds } = plan;
  const whole = outcomes.cells.filter(({ rank }) => rank === fromRank);
  const truncated = truncations.map(({ rank, seed, evaluation }) => ({
    rank,
    seed,
    ...outcomesOf(evaluation),
  }));
  const options = { metric, confidence, confirmationSeeds: confirmationSeeds.length };
  const predictions = predictCurve({ whole, truncated }, options);
  // Without all runs: the next rank must not depend on whether any has learned.
  const against = (rank: number, under: readonly number[], share: number) => {
    const design = pairedDesign(partOf(outcomes, [rank, fromRank], under));
    const family = { ranks: 2, spend: (tail: number) => tail * share };
    const runs = checkRuns(design, undefined, settings);
    return { design, family, decision: decideDesign(runs, outcomes.examples, settings, { family }) };
  };
  const isConfirmed = (rank: number): boolean => hasRun(outcomes, [rank], confirmationSeeds);
  const judged = smaller.filter(isConfirmed).map((rank, i) => {
    const share = errorShare(i + 1);
    const { decision, ...compared } = against(rank, confirmationSeeds, share);
    return { ...compared, confirmation: confirmationOf(rank, share, decision, predictions, margin) };
  });
  const pilots = smaller
    .filter((rank) => !isConfirmed(rank) && hasRun(outcomes, [rank], probeSeeds))
    .map((rank) => pilotOf(rank, against(rank, probeSeeds, 1).decision, margin))
    .reverse();
  return { plan, predictions, pilots, judged };
}

function pilotOf(rank: number, { pairs, seeds }: DecisionFacts, margin: number): Pilot {
  const pair = pairs?.[0];
  if (pair === undefined) return { rank, seeds, taken: false };
  const { advantage, interval } = pair;
  return { rank, seeds, advantage, interval, taken: -advantage <= margin };
}

function confirmationOf(
  rank: number,
  share: number,
  { verdict, pairs, seeds }: DecisionFacts,
  predictions: ProbeSummary["predictions"],
  margin: number,
): Confirmation {
  const pair = pairs?.[0];
  const base = { rank, share, seeds };
  if (pair === undefined) return { ...base, outcome: "failed" };
  // The smaller rank comes first in a pair.
  const { advantage, interval } = pair;
  const predicted = predictions.find((one) => one.rank === rank)?.interval;
  const within = predicted !== undefined && advantage >= predicted[0] && advantage <= predicted[1];
  const refuted = verdict === "extend" || -advantage > margin;
  return { ...base, advantage, interval, outcome: refuted ? "refuted" : within ? "held" : "missed" };
}
