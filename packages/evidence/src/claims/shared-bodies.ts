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

/**
 * Contents of claims that no check and no method has for itself. Amounts are in the metric's unit (a share for accuracy, nats for
 * log loss). Advantages and gains are positive when the rank named first is better.
 */
export interface SharedBodies {
  verdict: VerdictBodies;
  evidence: EvidenceBodies;
  caution: CautionBodies;
  next: NextBodies;
  method: Record<never, never>;
  basis: BasisBodies;
}

/** The first claim of a decision is one of the first four: it answers "which rank?" in a few words. */
interface VerdictBodies {
  recommended: {
    rank: number;
    verdict: Exclude<VerdictKind, "inconclusive">;
    /** Absent if no other rank is left, and if the advice is to go above the rank. */
    loss?: PossibleLoss;
    weak?: WeakEvidence;
    metric: MetricName;
    /** Compared ranks. */
    ranks: readonly number[];
    /** No rank of the sweep is left out of `ranks`. */
    comparesAll: boolean;
    /** The order of the ranks flips at other learning rates. */
    atOwnRate: boolean;
  };
  /** No rank is recommended, since a smaller one than the proven rank may suffice. */
  enough: {
    rank: number;
    margin: number;
    metric: MetricName;
    confidence: number;
    /** Smaller ranks that no other one is shown to beat, and the upper bounds of their losses. */
    open: readonly { readonly rank: number; readonly bound: number }[];
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
      | "unsettled";
    atOwnRate: boolean;
  };
  /** No two ranks are shown to differ. */
  "no-difference": {
    ranks: readonly number[];
    /** From the best mean to the worst. */
    spread: number;
    metric: MetricName;
    confidence: number;
    /** The smallest of them is proven to be within the margin. */
    isProven: boolean;
  };
  /** Confidence of the bound in the headline, and whether a cheaper rank would do. */
  "possible-loss": PossibleLoss & {
    rank: number;
    confidence: number;
    /** It is the cheapest of all compared ranks, or of those that no other one beats. */
    cheapestOf: "all" | "unbeaten" | "none";
  };
  /** The rank to choose if nothing else can be run, and its risk. */
  "best-bet": BestBet & {
    /** It is proven to be within the margin, which the headline says. */
    isProven: boolean;
    /** Compared ranks. */
    compared: number;
    seeds: number;
    margin: number;
    metric: MetricName;
    confidence: number;
  };
  /** Another rank than the recommended one is within the margin of every other. */
  proven: { rank: number; margin: number; metric: MetricName };
  /** Every other rank fell behind and was dropped. */
  "left-alone": { rank: number; isLargest: boolean };
  /** A supported gain of the largest rank over the next smaller one. */
  better: Difference & { confidence: number };
  "one-rank": { rank: number };
  /** `intervals`: what the intervals of means still cover. */
  "one-seed": { intervals: "examples" | "none" };
}

/** Upper bound on how much better another rank may be, beside the accepted loss. */
export interface PossibleLoss {
  /** 0 or less: none is better. */
  readonly bound: number;
  readonly margin: number;
  readonly metric: MetricName;
}

interface EvidenceBodies {
  /** The recommended rank beside the best. */
  difference: Difference;
  worse: { ranks: readonly number[] };
  "chosen-rows": ChosenRows;
  /** All ranks were trained at one learning rate, which was neither searched nor varied. */
  "one-rate": { rate: number };
  "gain-until": Difference & { isLast: boolean };
  /** The base without an adapter beside the rank to use, or the one to choose if there is none. */
  "untouched-base": {
    rank: number;
    /** The first is by the decision's metric. */
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
    /** Ranks scored earlier on the same examples. */
    otherRanks: readonly number[];
  };
  "no-test-score": {
    examples: number;
    /** The recommended rank; null if there is none. */
    rank: number | null;
    /** The rank that was scored instead; absent if none was. */
    scored?: number;
  };
}

interface CautionBodies {
  /** An earlier rule gave another verdict on the same trials. */
  "earlier-rule": EarlierVerdict;
  /** The sweep trained the small model that comes with the package. */
  "starter-alone": Record<never, never>;
  /** Runs of the sweep without an outcome, over all ranks. */
  "failed-runs": {
    planned: number;
    diverged: number;
    outOfMemory: number;
    missing: number;
    ranks: readonly number[];
    /** Seeds that every compared rank completed. */
    seeds: number;
  };
  "left-out-seeds": { seeds: readonly number[]; failures: readonly LeftOutRun[] };
  excluded: { rank: number; reason: string };
  /** The size of the first update follows the rank: the ranks do not all take the same step. */
  "step-size": {
    rule: "alpha-follows-rank" | "rslora" | "other";
    /** alpha / rank, if that is the same at every rank. */
    alphaPerRank?: number;
    smallest: number;
    largest: number;
    /** First update of the largest rank divided by that of the smallest. */
    ratio: number;
  };
  /** Training took too few steps for the check of convergence. */
  "few-steps": { steps: number };
  "selection-inflation": { ranks: number; inflation: number; bestRank: number; metric: MetricName };
}

/** Next steps; `commandChange` has the flags of each, `words/step-order.ts` their order. */
export interface NextBodies {
  /** Go on with a sweep in which trials, or the results, are still to come. */
  resume: { done: number; total: number };
  /** Run trials again that failed and left no result. */
  "run-missing": { ranks: readonly number[]; runs: number };
  /** In place of that, to leave ranks out whose runs all failed. */
  "leave-out": { ranks: readonly number[]; others: readonly number[] };
  /** Run trials again that ran out of memory. */
  "retry-out-of-memory": { ranks: readonly number[] };
  needed: {
    examples: number;
    seeds: number;
    now: { readonly examples: number; readonly seeds: number };
    /** Seeds that suffice on the present examples. */
    onlySeeds?: number;
    /** Seeds that suffice in place of these if the noise between seeds is small. */
    leastSeeds?: number;
    /** Rank whose loss they would bound: the smallest that may be the best. */
    rank: number;
    /**
     * Purpose, always a settled verdict. `settle`: no rank is recommended yet. `at-least`: seeds that show the noise
     * between seeds, which one seed does not. `prove`: that the recommended rank is within the margin.
     */
    to: "settle" | "at-least" | "prove";
    /** The rank to use until then; absent if the verdict recommends one. */
    until?: number;
    /** Time that one more seed of all compared ranks takes; absent without trials. */
    secondsPerSeed?: number;
  };
  "no-design-settles": Record<never, never>;
  "complete-two-ranks": Record<never, never>;
  "try-larger": { rank: number; until: number };
  /** A rank above the largest, whose own gain is not supported: means rise up to it. */
  "look-larger": { rank: number; largest: number };
  "lower-rate": { now?: number };
  "search-rate": { holdUpdate: boolean };
  /** Alpha with which rsLoRA's scaling is the sweep's at the smallest rank. */
  "compare-rslora": { alpha: number };
  /** Try the smallest and the largest rank at other learning rates. */
  "try-rates": Record<never, never>;
  "train-longer": {
    epochs: number;
    /** Part of the difference between ranks may be their speed of learning. */
    maySpeedDiffer: boolean;
  };
  "check-labels": { thenSearch: boolean };
  /** Check the settings of runs that are copies of others. */
  "check-settings": Pick<Copies, "setting" | "shownBy">;
  /** Check the inputs of runs that were not finite before anything was trained. */
  "check-inputs": Record<never, never>;
}

interface BasisBodies {
  /** Ranks have from `seeds` to `mostRuns` runs. */
  basis: {
    seeds: number;
    mostRuns: number;
    /** Ranks have no seeds in common. */
    isApart: boolean;
    examples: number;
    confidence: number;
    /** Scope for which intervals of differences hold at once; `none` without such intervals. */
    holdsFor: "pairs" | "ranks" | "none";
  };
  /** Examples that a judge left out of a run, and that are left out of all. */
  "left-out-examples": { examples: number };
  /** Basis of a decision on one score a run. */
  "score-basis": BasisBodies["basis"] & RunScores & { metric: MetricName };
}

/** `rank` minus `than`. */
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
