import type { Confirmation, Decision, ProbeSummary, Truncation } from "../../results/types.ts";
import { type DecideOptions, type DecideSettings, decideDesign, settingsOf } from "../decide.ts";
import { type OutcomeTable, partOf } from "../outcomes.ts";
import { pairedDesign } from "../paired-design.ts";
import { errorShare, firstCandidate, type ProbePlan, planProbe } from "./probe.ts";
import { predictCurve } from "./probe-curve.ts";
import { probeSentences, refutedWords } from "./probe-words.ts";

/** The sweep that is probed. */
export interface ProbeOptions extends DecideOptions {
  readonly ranks: readonly number[];
  readonly seeds: readonly number[];
}

/** How far a probe is. */
export interface ProbeState {
  readonly plan: ProbePlan;
  readonly predictions: ProbeSummary["predictions"];
  readonly confirmations: readonly Confirmation[];
  /** The rank to train next, under all confirmation seeds; absent when the probe is over. */
  readonly next?: number;
}

/**
 * Where a probe stands, from its real runs and truncations. The ranks that were trained besides the largest count as
 * the confirmations so far, in ascending order, so the same outcomes give the same state.
 */
export function probeSoFar(
  outcomes: OutcomeTable,
  truncations: readonly Truncation[],
  options: ProbeOptions,
): ProbeState {
  const settings = settingsOf(outcomes, options);
  const { judged, plan, predictions } = replay(outcomes, truncations, options, settings);
  const confirmations = judged.map(({ confirmation }) => confirmation);
  const next = nextRank(confirmations.at(-1), plan, firstCandidate(predictions, settings.margin));
  return { plan, predictions, confirmations, ...(next === undefined ? {} : { next }) };
}

/** After a confirmation that failed, the next larger rank; before the first one what was predicted. */
function nextRank(
  last: Confirmation | undefined,
  { smaller }: ProbePlan,
  predicted: number | undefined,
): number | undefined {
  if (last === undefined) return predicted;
  const failed = last.outcome === "refuted" || last.outcome === "failed";
  return failed ? smaller.find((rank) => rank > last.rank) : undefined;
}

/**
 * The decision of a probe: that on the last rank confirmed and the largest, with its share of the error. Ranks that were
 * predicted alone are named as such, and so are those that real runs refuted.
 */
export function decideProbe(
  outcomes: OutcomeTable,
  truncations: readonly Truncation[],
  options: ProbeOptions,
): Decision {
  const settings = settingsOf(outcomes, options);
  const { judged, plan, predictions } = replay(outcomes, truncations, options, settings);
  const decision =
    judged.at(-1)?.decision ?? decideDesign(pairedDesign(outcomes), outcomes.examples, settings);
  const probe: ProbeSummary = {
    fromRank: plan.fromRank,
    probeSeeds: plan.probeSeeds,
    confirmationSeeds: plan.confirmationSeeds.length,
    predictions,
    confirmations: judged.map(({ confirmation }) => confirmation),
    runs: outcomes.cells.length + outcomes.failures.filter(({ status }) => status !== "missing").length,
    truncations: truncations.length,
    gridRuns: options.ranks.length * options.seeds.length,
  };
  const refuted = judged.slice(0, -1).map(({ confirmation }) => ({
    rank: confirmation.rank,
    reason: refutedWords(confirmation, plan.fromRank, decision.metric),
  }));
  const excluded = [...refuted, ...(decision.excluded ?? [])];
  return {
    ...decision,
    ...(excluded.length > 0 ? { excluded } : {}),
    probe,
    explanation: [decision.explanation, ...probeSentences(decision, probe)].join(" "),
  };
}

interface Replay extends Pick<ProbeState, "plan" | "predictions"> {
  readonly judged: readonly { readonly confirmation: Confirmation; readonly decision: Decision }[];
}

function replay(
  outcomes: OutcomeTable,
  truncations: readonly Truncation[],
  { ranks, seeds }: ProbeOptions,
  settings: DecideSettings,
): Replay {
  const { metric, margin, confidence } = settings;
  const plan = planProbe(ranks, seeds, confidence);
  const { fromRank, smaller, confirmationSeeds } = plan;
  const whole = outcomes.cells.filter(({ rank }) => rank === fromRank);
  const truncated = truncations.map(({ rank, seed, evaluation: { correct, logLosses } }) => ({
    rank,
    seed,
    correct,
    logLoss: logLosses,
  }));
  const asked = { metric, confidence, confirmationSeeds: confirmationSeeds.length };
  const predictions = predictCurve({ whole, truncated }, asked);
  const trained = smaller.filter((rank) => outcomes.ranks.includes(rank));
  const judged = trained.map((rank, i) => {
    const family = { ranks: 2, share: errorShare(i + 1) };
    const design = pairedDesign(partOf(outcomes, [rank, fromRank], confirmationSeeds));
    const decision = decideDesign(design, outcomes.examples, settings, { family });
    return { decision, confirmation: confirmationOf(rank, family.share, decision, predictions, margin) };
  });
  return { plan, predictions, judged };
}

function confirmationOf(
  rank: number,
  share: number,
  { verdict, pairs, seeds }: Decision,
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
