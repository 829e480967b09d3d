import { firstOfAlike } from "../../checks/copies/alike-outcomes.ts";
import type { ClaimFamily } from "../../decide/claim-tails.ts";
import { compareRanks } from "../../decide/compare.ts";
import { hasRun, type OutcomeTable, partOf } from "../../decide/outcomes.ts";
import { pairSummary } from "../../decide/pair-summary.ts";
import { type PairedDesign, pairedDesign } from "../../decide/paired-design.ts";
import { type DecideOptions, type DecideSettings, settingsOf } from "../../decide/settings.ts";
import { type Verdict, verdictOf } from "../../decide/verdict.ts";
import { outcomesOf } from "../../schema/scores.ts";
import type { Confirmation, PairSummary, Pilot, ProbeSummary, Truncation } from "../../schema/types.ts";
import { firstCandidate } from "./first-candidate.ts";
import { errorShare, type ProbePlan, planProbe, predictCurve } from "./probe.ts";

export interface ProbeOptions extends DecideOptions {
  readonly ranks: readonly number[];
  readonly seeds: readonly number[];
}

export interface ProbeState {
  readonly plan: ProbePlan;
  readonly predictions: ProbeSummary["predictions"];
  readonly confirmations: readonly Confirmation[];
  readonly pilots: readonly Pilot[];
  readonly next?: { readonly rank: number; readonly seeds: readonly number[] };
}

/** Replays a probe. Ranks run under all confirmation seeds are confirmations, so equal outcomes give equal states. */
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

function afterConfirmation(
  { rank, outcome }: Confirmation,
  { smaller, confirmationSeeds }: ProbePlan,
): ProbeState["next"] {
  if (outcome !== "refuted" && outcome !== "failed") return undefined;
  const larger = smaller.find((one) => one > rank);
  return larger === undefined ? undefined : { rank: larger, seeds: confirmationSeeds };
}

/** Next rank to train: descends while pilots are taken, then confirms. */
function toTrain(
  { smaller, probeSeeds, confirmationSeeds }: ProbePlan,
  predictions: ProbeSummary["predictions"],
  pilots: readonly Pilot[],
  margin: number,
): ProbeState["next"] {
  const predicted = firstCandidate(predictions, margin);
  if (predicted === undefined) return undefined;
  let rank: number = predicted;
  // Pilots save trials only if they need fewer seeds than a confirmation.
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

interface Replay extends Pick<ProbeState, "plan" | "predictions" | "pilots"> {
  readonly judged: readonly {
    readonly confirmation: Confirmation;
    readonly design: PairedDesign;
    readonly family: ClaimFamily;
  }[];
}

export function replay(
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
  const against = (rank: number, under: readonly number[], share: number) => {
    const design = pairedDesign(partOf(outcomes, [rank, fromRank], under));
    const family = { ranks: 2, spend: (tail: number) => tail * share };
    return { design, family, compared: comparedPair(design, settings, family) };
  };
  const isConfirmed = (rank: number): boolean => hasRun(outcomes, [rank], confirmationSeeds);
  const judged = smaller.filter(isConfirmed).map((rank, i) => {
    const share = errorShare(i + 1);
    const { compared, ...runs } = against(rank, confirmationSeeds, share);
    return { ...runs, confirmation: confirmationOf(rank, share, compared, predictions, margin) };
  });
  const pilots = smaller
    .filter((rank) => !isConfirmed(rank) && hasRun(outcomes, [rank], probeSeeds))
    .map((rank) => pilotOf(rank, against(rank, probeSeeds, 1).compared, margin))
    .reverse();
  return { plan, predictions, pilots, judged };
}

interface ComparedPair {
  readonly seeds: number;
  /** Comparison with the largest rank; absent if too few runs completed, or all are too alike. */
  readonly pair?: PairSummary & Pick<Verdict, "verdict">;
}

/** Compares runs without checks on learning: the next rank must not depend on whether any has learned. */
function comparedPair(
  design: PairedDesign,
  { metric, margin, confidence }: DecideSettings,
  family: ClaimFamily,
): ComparedPair {
  const { ranks } = design;
  const alike = firstOfAlike(design);
  const seeds = ranks.length === 0 ? 0 : (alike ?? design).seeds.length;
  if (alike !== undefined || ranks.length < 2) return { seeds };
  const comparison = compareRanks(design, metric, confidence, family);
  const [pair] = comparison.pairs;
  if (pair === undefined) return { seeds };
  const { verdict } = verdictOf({ ranks, seeds, margin, comparison, dropped: [] });
  return { seeds, pair: { ...pairSummary(pair), verdict } };
}

function pilotOf(rank: number, { seeds, pair }: ComparedPair, margin: number): Pilot {
  if (pair === undefined) return { rank, seeds, taken: false };
  const { advantage, interval } = pair;
  return { rank, seeds, advantage, interval, taken: -advantage <= margin };
}

function confirmationOf(
  rank: number,
  share: number,
  { seeds, pair }: ComparedPair,
  predictions: ProbeSummary["predictions"],
  margin: number,
): Confirmation {
  const base = { rank, share, seeds };
  if (pair === undefined) return { ...base, outcome: "failed" };
  // Pairs list the smaller rank first.
  const { advantage, interval } = pair;
  const predicted = predictions.find((one) => one.rank === rank)?.interval;
  const within = predicted !== undefined && advantage >= predicted[0] && advantage <= predicted[1];
  const refuted = pair.verdict === "extend" || -advantage > margin;
  return { ...base, advantage, interval, outcome: refuted ? "refuted" : within ? "held" : "missed" };
}
