import type { Copies } from "../schema/check-types.ts";
import type {
  BestBet,
  ChosenRows,
  EarlierVerdict,
  LeftOutRun,
  RunScores,
  VerdictKind,
  WeakEvidence,
} from "../schema/decision-types.ts";
import type { MetricName } from "../schema/metric.ts";
import type { Interval } from "../schema/scalar-types.ts";
import type { SecondaryOutcome, SecondaryScore } from "../schema/secondary-types.ts";

/**
 * Data of claims that checks and methods share, by topic and kind. Amounts are in the metric's unit; advantages are
 * positive if the first rank is better.
 */
export interface SharedBodies {
  verdict: VerdictBodies;
  evidence: EvidenceBodies;
  caution: CautionBodies;
  next: NextBodies;
  method: Record<never, never>;
  basis: BasisBodies;
}

/** Claims on the verdict; a decision's text begins with one of the first four. */
interface VerdictBodies {
  recommended: {
    rank: number;
    verdict: Exclude<VerdictKind, "inconclusive">;
    /** Possible loss; absent if no other rank is left, or the advice is to go above the rank. */
    loss?: PossibleLoss;
    weak?: WeakEvidence;
    metric: MetricName;
    ranks: readonly number[];
    /** True if `ranks` are all ranks that the sweep tried. */
    comparesAll: boolean;
    /** Count of conditions that the rank meets; absent without any. */
    conditions?: number;
    atOwnRate: boolean;
  };
  /** Proven rank, not recommended since a smaller rank may suffice. */
  enough: {
    rank: number;
    margin: number;
    metric: MetricName;
    confidence: number;
    /** Smaller unbeaten ranks, with upper bounds on their losses. */
    open: readonly { readonly rank: number; readonly bound: number }[];
    /** Count of conditions that the rank meets; absent without any. */
    conditions?: number;
    weak?: WeakEvidence;
    atOwnRate: boolean;
  };
  "none-recommended": {
    why:
      | "nothing-completed"
      | "not-better"
      | "unclear"
      | "same-answers"
      | "copies"
      | "no-noise"
      | "no-keeper"
      | "fell"
      | "unsettled";
    atOwnRate: boolean;
  };
  "no-difference": {
    ranks: readonly number[];
    /** Difference between the ranks' best and worst mean, in the metric's unit. */
    spread: number;
    metric: MetricName;
    confidence: number;
    isProven: boolean;
  };
  /**
   * Possible loss at the recommended rank: upper bound, its confidence, and whether the rank is the cheapest of all
   * compared ranks or of the unbeaten.
   */
  "possible-loss": PossibleLoss & {
    rank: number;
    confidence: number;
    /** Ranks among which the recommended is cheapest: all compared, or the unbeaten. */
    cheapestOf: "all" | "unbeaten" | "none";
  };
  /** Rank to choose if nothing else can be run, and its expected and possible loss. */
  "best-bet": BestBet & {
    isProven: boolean;
    /** True if the bet is among the ranks whose means meet conditions. */
    mayMeet?: boolean;
    /** Count of compared ranks. */
    compared: number;
    seeds: number;
    margin: number;
    metric: MetricName;
    confidence: number;
  };
  /** Rank within the margin of every other, but not recommended. */
  proven: { rank: number; margin: number; metric: MetricName; mayMeet?: boolean };
  /** Rank that is left because every other was dropped, or violates a condition. */
  "left-alone": { rank: number; isLargest: boolean; others?: "violate" };
  condition: ConditionClaimed;
  /** Rank that the metric alone would name, and its advantage over the named rank. */
  "by-task": { rank: number; isBet: boolean; metric: MetricName; advantage?: number; interval?: Interval };
  /** Supported gain of the largest rank over the next smaller. */
  better: Difference & { confidence: number };
  "one-rank": { rank: number };
  /** Claims ruled out by a single seed; `intervals`: the only noise that the means' intervals cover. */
  "one-seed": { intervals: "examples" | "none" };
}

/** Condition on a secondary outcome, and the ranks by its state. */
export interface ConditionClaimed extends Pick<SecondaryOutcome, "name" | "better" | "unit"> {
  readonly limit: number;
  readonly confidence: number;
  /** Score of the named rank or best bet; absent if there is none. */
  readonly named?: SecondaryScore;
  /** Other ranks, by state. */
  readonly met: readonly number[];
  readonly violated: readonly number[];
  readonly open: readonly number[];
  /** Ranks in `open` whose means do not meet it. */
  readonly beyond: readonly number[];
  /** Count of ranks whose means meet it. */
  readonly within: number;
  /** Score with the best mean. */
  readonly nearest: SecondaryScore;
}

/** Bound on other ranks' advantage over this rank, and the accepted loss (`margin`). */
export interface PossibleLoss {
  /** Upper bound on a loss; at most 0 if no rank is better. */
  readonly bound: number;
  readonly margin: number;
  readonly metric: MetricName;
}

interface EvidenceBodies {
  difference: Difference;
  worse: { ranks: readonly number[] };
  /** Order of arms. Costs are absent if unknown; then the best mean comes first. */
  "arm-order": {
    costs?: string;
    /** Arms that cost as much as the named arm, which is among them and comes first. */
    equal: readonly number[];
    /** Arms that no other arm beats by more than the margin, if no costs are known. */
    within: readonly number[];
    margin: number;
    metric: MetricName;
  };
  "chosen-rows": ChosenRows;
  "one-rate": { rate: number };
  "gain-until": Difference & { isLast: boolean };
  "untouched-base": {
    rank: number;
    /** Mean scores of the base without an adapter and of `rank`; the first is by the decision's metric. */
    scores: readonly { readonly metric: MetricName; readonly base: number; readonly rank: number }[];
    margin: number;
  };
  "test-score": {
    rank: number;
    seeds: number;
    examples: number;
    metric: MetricName;
    score: Score;
    validation: Score;
    otherRanks: readonly number[];
    formerArms?: readonly string[];
  };
  "no-test-score": {
    examples: number;
    rank: number | null;
    scored?: number;
  };
}

interface CautionBodies {
  /** Verdict by an earlier version's rule on the same trials, if it differs. */
  "earlier-rule": EarlierVerdict;
  "starter-alone": Record<never, never>;
  /** Runs without an outcome, over all ranks. */
  "failed-runs": {
    planned: number;
    diverged: number;
    outOfMemory: number;
    missing: number;
    ranks: readonly number[];
    seeds: number;
  };
  "left-out-seeds": { seeds: readonly number[]; failures: readonly LeftOutRun[] };
  excluded: { rank: number; reason: string };
  /** Caution that the first update's size changes with the rank. */
  "step-size": {
    rule: "alpha-follows-rank" | "rslora" | "other";
    /** alpha / rank, if equal at every rank. */
    alphaPerRank?: number;
    smallest: number;
    largest: number;
    /** Size of the first update at the largest rank, divided by the smallest rank's. */
    ratio: number;
  };
  "few-steps": { steps: number };
  "selection-inflation": { ranks: number; inflation: number; bestRank: number; metric: MetricName };
}

/** Next steps; `commandChange` has their flags, `words/claims-of.ts` their order. */
export interface NextBodies {
  /** Sweep to resume: `done` of `total` trials have results. */
  resume: { done: number; total: number };
  "run-missing": { ranks: readonly number[]; runs: number };
  /** Ranks whose runs all failed, in place of `run-missing`. */
  "leave-out": { ranks: readonly number[]; others: readonly number[] };
  "retry-out-of-memory": { ranks: readonly number[] };
  needed: {
    examples: number;
    seeds: number;
    now: { readonly examples: number; readonly seeds: number };
    onlySeeds?: number;
    leastSeeds?: number;
    /** Rank whose loss the needed design would bound. */
    rank: number;
    /**
     * Aim of the design. `settle`: no rank is recommended yet. `at-least`: noise between seeds is unknown. `prove`:
     * certify the rank.
     */
    to: "settle" | "at-least" | "prove";
    until?: number;
    /** Ranks for which a condition is open, which the design leaves out of account; absent without any. */
    open?: readonly number[];
    /** Seconds that another seed takes over all compared ranks. */
    secondsPerSeed?: number;
  };
  /** No design would decide, or none with as few seeds as are advised. */
  "no-design-settles": {
    tooMany?: {
      /** Most seeds that are advised. */
      most: number;
      /** Smallest design that would decide. */
      enough: { examples: number; seeds: number };
      now: { examples: number; seeds: number };
      /** Rank to be certified; absent if no rank is recommended yet. */
      proves?: { rank: number };
    };
  };
  /** Ranks for which a condition is open. */
  "settle-conditions": { ranks: readonly number[] };
  /** Condition that no rank's mean meets. */
  "meet-condition": Pick<ConditionClaimed, "name" | "better" | "unit"> & {
    /** Rank that comes nearest. */
    rank: number;
    /** Distance of its mean to the limit, above 0. */
    by: number;
    /** Interval of the distance, for this rank alone; absent if the noise is unknown. */
    interval?: Interval;
    confidence: number;
    /** Untried ranks that lie on the side to which the outcome improves; absent unless that is shown. */
    beyond?: "smaller" | "larger";
  };
  /** Conditions that no rank's mean meets together, though without any one of them some rank's mean meets the rest. */
  "loosen-limit": {
    conflict: readonly (Pick<ConditionClaimed, "name" | "better" | "unit" | "limit"> & {
      /** Rank with the best mean here among those whose means meet the others. */
      rank: number;
      /** Mean of that rank, beyond the limit. */
      mean: number;
    })[];
  };
  "complete-two-ranks": Record<never, never>;
  "try-larger": { rank: number; until: number };
  /** Advice to add `rank`, twice the largest tried: means rise at every step up to the largest. */
  "look-larger": { rank: number; largest: number };
  "lower-rate": { now?: number };
  "search-rate": { holdUpdate: boolean };
  /** Alpha with which both scalings agree at the smallest rank. */
  "compare-rslora": { alpha: number };
  "try-rates": Record<never, never>;
  "train-longer": {
    /** Epochs to train; absent if arms have unlike budgets. */
    epochs?: number;
    /** True if ranks may learn at different speeds. */
    maySpeedDiffer: boolean;
  };
  "check-labels": { thenSearch: boolean };
  "check-settings": Pick<Copies, "setting" | "shownBy">;
  /** Advice to check inputs: runs were not finite before any training. */
  "check-inputs": Record<never, never>;
}

interface BasisBodies {
  /** Data behind the verdict; ranks have `seeds` to `mostRuns` runs. */
  basis: {
    seeds: number;
    mostRuns: number;
    /** True if ranks have no seeds in common. */
    isApart: boolean;
    examples: number;
    confidence: number;
    /** Scope of joint intervals: all pairs of ranks, single ranks, or none. */
    holdsFor: "pairs" | "ranks" | "none";
  };
  /** Examples that a judge left out of some run, and so of all. */
  "left-out-examples": { examples: number };
  "score-basis": BasisBodies["basis"] & RunScores & { metric: MetricName };
}

interface Difference {
  rank: number;
  than: number;
  difference: number;
  interval: Interval;
  metric: MetricName;
}

interface Score {
  readonly mean: number;
  readonly interval: Interval;
}
