import { courseOf } from "../methods/methods.ts";
import { armNumber } from "../schema/arm-axis.ts";
import { betOf, ranksBehindPrior } from "../schema/rank-to-use.ts";
import type { RankPrediction, RankSummary, Results, TrialResult } from "../schema/types.ts";
import { median } from "../statistics/averages.ts";

/**
 * Role of a rank in the verdict.
 *
 * - `recommended`: named by the decision. `best`: best mean, but not recommended.
 * - `left-behind`: dropped by the method, or refuted by real runs after a prediction.
 * - `pilot`: tried under a few seeds. `not-trained`: only predicted.
 * - `failed`: no run completed. `not-compared`: some did, and the decision does not compare the rank.
 * - `behind-prior`: not shown to be better than the class prior.
 * - `head-alone`: rank 0. `compared`: none of these.
 */
export type RankRole =
  | "recommended"
  | "best"
  | "left-behind"
  | "pilot"
  | "not-trained"
  | "failed"
  | "not-compared"
  | "behind-prior"
  | "head-alone"
  | "compared";

/** Costs of a rank. Sizes are equal for every seed; time and memory are measured over completed trials. */
export interface RankCosts {
  /** Count of trained parameters; like the sizes below, absent if another trainer does not report it. */
  readonly trainableParams?: number;
  readonly adapterBytes?: number;
  readonly optimizerBytes?: number;
  /** Largest peak over the rank's trials, in bytes. Measurements are absent without completed trials. */
  readonly peakResidentBytes?: number;
  /** Largest predicted peak over the rank's trials, in bytes; absent without a prediction. */
  readonly predictedResidentBytes?: number;
  /** Median seconds over the rank's completed trials. */
  readonly secondsPerTrial?: number;
}

export interface RankRow {
  readonly rank: number;
  readonly role: RankRole;
  readonly isRecommended: boolean;
  readonly isBest: boolean;
  /** Compared rank to choose if none is recommended and nothing else can be run. */
  readonly isBet: boolean;
  /** Rank summary; absent if no trial completed, or the method left the rank behind. */
  readonly summary?: RankSummary;
  /** Prediction from truncations, for an untrained rank. */
  readonly prediction?: RankPrediction;
  /** Rank costs; absent if the rank has no trial. */
  readonly costs?: RankCosts;
  /** Completed trials, ordered by seed. */
  readonly completed: readonly TrialResult[];
  /** Diverged or out-of-memory trials, ordered by seed. */
  readonly failed: readonly TrialResult[];
  /** Seeds required by the method and without a result. */
  readonly missingSeeds: readonly number[];
}

/** Results behind the rows; for a decision on other outcomes `seeds` and `trials` are empty. */
type Ranked = Pick<Results, "decision" | "trials"> & {
  readonly sweep: Pick<Results["sweep"], "ranks" | "seeds">;
};

/** Rows by rank, ascending: planned ranks and any other with a result. */
export function rankRows(results: Ranked): RankRow[] {
  const { sweep, decision, trials } = results;
  const ranks = new Set([
    ...sweep.ranks,
    ...decision.ranks.map((summary) => summary.rank),
    ...trials.map(({ spec }) => armNumber(spec, decision.axis)),
  ]);
  const byRank = new Map([...ranks].sort((a, b) => a - b).map((rank) => [rank, [] as TrialResult[]]));
  for (const trial of trials) byRank.get(armNumber(trial.spec, decision.axis))!.push(trial);
  return [...byRank].map(([rank, own]) => rowOf(results, rank, own));
}

/** @param trials the rank's trials, sorted here. */
function rowOf({ sweep, decision }: Omit<Ranked, "trials">, rank: number, trials: TrialResult[]): RankRow {
  const own = trials.sort((a, b) => a.spec.seed - b.spec.seed);
  const seeds = new Set(own.map(({ spec }) => spec.seed));
  const summary = decision.ranks.find((entry) => entry.rank === rank);
  const prediction = decision.probe?.predictions.find((entry) => entry.rank === rank);
  const costs = costsOf(own);
  const row = {
    rank,
    isRecommended: rank === decision.rank,
    isBest: decision.ranks.length > 0 && rank === decision.bestRank,
    isBet: summary !== undefined && rank === betOf(decision)?.rank,
    ...(summary ? { summary } : {}),
    ...(prediction && own.length === 0 ? { prediction } : {}),
    ...(costs ? { costs } : {}),
    completed: own.filter(({ status }) => status === "completed"),
    failed: own.filter(({ status }) => status !== "completed"),
    missingSeeds: sweep.ranks.includes(rank)
      ? courseOf(decision)
          .seedsOf(rank, sweep.seeds)
          .filter((seed) => !seeds.has(seed))
      : [],
  };
  return { ...row, role: roleOf(row, decision) };
}

function roleOf(row: Omit<RankRow, "role">, decision: Results["decision"]): RankRole {
  const { rank } = row;
  const { pilots, leftBehind } = courseOf(decision);
  if (pilots.includes(rank)) return "pilot";
  if (row.isRecommended) return "recommended";
  if (leftBehind.includes(rank)) return "left-behind";
  if (row.prediction) return "not-trained";
  if (!row.summary) return row.completed.length === 0 ? "failed" : "not-compared";
  if (ranksBehindPrior(decision).includes(rank)) return "behind-prior";
  if (row.isBest) return "best";
  return rank === 0 ? "head-alone" : "compared";
}

function costsOf(own: readonly TrialResult[]): RankCosts | undefined {
  const completed = own.filter(({ status }) => status === "completed");
  const first = completed[0] ?? own[0];
  if (!first) return undefined;
  const { trainableParams, adapterBytes, optimizerBytes } = first;
  const sizes = known({ trainableParams, adapterBytes, optimizerBytes });
  if (completed.length === 0) return sizes;
  const peaks = completed.flatMap(({ measured }) => measured.peakResidentBytes || []);
  const predicted = completed.flatMap(({ measured }) => measured.predictedResidentBytes ?? []);
  return {
    ...sizes,
    ...(peaks.length > 0 ? { peakResidentBytes: Math.max(...peaks) } : {}),
    ...(predicted.length > 0 ? { predictedResidentBytes: Math.max(...predicted) } : {}),
    secondsPerTrial: median(completed.map(({ measured }) => measured.seconds.total)),
  };
}

function known<T extends object>(sizes: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(sizes).filter(([, value]) => value !== undefined)) as never;
}
