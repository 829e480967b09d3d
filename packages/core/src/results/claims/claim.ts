import type { PriorAdvantage, TrainingFault } from "../class-prior-types.ts";
import type { Copies, LeftOutRun } from "../decision-types.ts";
import type { StepGrowth } from "../facts/step-growth.ts";
import type { Confirmation, Pilot, RankPrediction } from "../method-types.ts";
import type { MetricName } from "../metric.ts";
import type { RaceDrop } from "../race-types.ts";
import type { Robustness, RobustnessRate, RobustnessScaling } from "../robustness-types.ts";
import type { Interval } from "../scalar-types.ts";

/**
 * The part of a screen that a claim belongs to: the answer and its reason, what else the data show, what to beware of,
 * what to do next, how the method went, and what all of it rests on.
 */
export type Topic = "verdict" | "evidence" | "caution" | "next" | "method" | "basis";

/**
 * One thing that can be said of a decision, with every number that its sentence needs. Amounts are in the metric's unit
 * (a share for accuracy, nats for log loss); advantages and gains are positive when the rank named first is better.
 */
export type Claim = { readonly [K in keyof Bodies]: About<K> }[keyof Bodies];

/** The claim of one kind. */
export type ClaimOf<Kind extends Claim["kind"]> = Extract<Claim, { readonly kind: Kind }>;

export type Bodies = VerdictBodies & EvidenceBodies & CautionBodies & NextBodies & MethodBodies & BasisBodies;

type About<K extends keyof Bodies> = { readonly kind: K; readonly topic: TopicOf<K> } & Readonly<Bodies[K]>;

export type TopicOf<K> = K extends keyof VerdictBodies
  ? "verdict"
  : K extends keyof EvidenceBodies
    ? "evidence"
    : K extends keyof CautionBodies
      ? "caution"
      : K extends keyof NextBodies
        ? "next"
        : K extends keyof MethodBodies
          ? "method"
          : "basis";

/** The first claim of a decision is one of the first four: it answers "which rank?" in a few words. */
interface VerdictBodies {
  recommended: {
    rank: number;
    verdict: "adequate" | "indistinguishable" | "extend";
    /** The ranks that were compared. */
    ranks: readonly number[];
    /** No rank of the sweep is left out of `ranks`. */
    comparesAll: boolean;
    /** The order of the ranks flips at other learning rates. */
    atOwnRate: boolean;
  };
  /** No rank is recommended, for a smaller one than the proven rank may do. */
  enough: {
    rank: number;
    margin: number;
    metric: MetricName;
    confidence: number;
    /** Smaller ranks that no other one is shown to beat, and how much better another one may be. */
    open: readonly { readonly rank: number; readonly bound: number }[];
    atOwnRate: boolean;
  };
  "none-recommended": {
    why: "nothing-completed" | "not-better" | "unclear" | "same-answers" | "copies" | "unsettled";
    atOwnRate: boolean;
  };
  /** Each of the two ranks is better at some learning rate. */
  "rate-decides": { ranks: readonly [smallest: number, largest: number] };
  "rate-flips": RateBody;
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
  /** How much better than this rank another one may be. */
  "possible-loss": {
    rank: number;
    /** 0 or less: none is better. */
    bound: number;
    margin: number;
    metric: MetricName;
    confidence: number;
    isRecommended: boolean;
    /** It costs the least of all compared ranks, or of those that no other one beats. */
    cheapestOf: "all" | "unbeaten" | "none";
  };
  /** Another rank than the recommended one is within the margin of every other. */
  proven: { rank: number; margin: number; metric: MetricName };
  /** Every other rank of a race fell behind. */
  "left-alone": { rank: number; isLargest: boolean };
  /** A supported gain of the largest rank over the next smaller one. */
  better: Difference & { confidence: number };
  "one-rank": { rank: number };
  "one-seed": Record<never, never>;
  "agreeing-seeds": { seeds: number };
  "copied-runs": Copies & { examples: number };
  /** What the class prior scores, which no rank is shown to be better than. */
  "nothing-learned": {
    /** Why training taught nothing; absent where the runs do not tell. */
    cause?: TrainingFault;
    state: "not-better" | "unclear";
    source: "labels" | "shares" | "agreement";
    accuracy: number;
    /** Nats; absent where no rank has a log loss. */
    logLoss?: number;
    runs: number;
  };
  /** What the runs show of `cause`. */
  fault: {
    cause: TrainingFault;
    /** Runs that diverged. */
    diverged: number;
    /** Runs that completed have something to compare. */
    anyCompared: boolean;
    /** Those of `diverged` that were not finite at their first step; absent for 0. */
    divergedAtStart?: number;
    /** Steps of a run where these are too few to say anything of the loss. */
    fewSteps?: number;
  };
}

interface EvidenceBodies {
  /** The recommended rank beside the best. */
  difference: Difference;
  worse: { ranks: readonly number[] };
  "closest-to-prior": PriorAdvantage;
  "gain-until": Difference & { isLast: boolean };
  "rate-kept": { winner: number; loser: number; factors: readonly number[] };
  "rate-unclear": {
    ranks: readonly [smallest: number, largest: number];
    factors: readonly number[];
    /** Those at which runs failed, so that nothing can be compared. */
    failed: readonly number[];
  };
  "scaling-kept": ScalingBody;
  "scaling-unclear": ScalingBody;
  "test-score": {
    rank: number;
    seeds: number;
    examples: number;
    metric: MetricName;
    score: Score;
    validation: Score;
    /** Scored on the same examples before. */
    otherRanks: readonly number[];
  };
  "no-test-score": {
    examples: number;
    /** The recommended rank; null where there is none. */
    rank: number | null;
    /** What was scored instead; absent where nothing was. */
    scored?: number;
  };
}

interface CautionBodies {
  /** The sweep trained the small model that comes with the package. */
  "starter-alone": Record<never, never>;
  /** Validation examples that are also in training: left out, or kept among all `examples`. */
  overlap: { validation: number; examples: number; isKept: boolean };
  /** The sweep's runs that are no outcome, of all ranks. */
  "failed-runs": {
    planned: number;
    diverged: number;
    outOfMemory: number;
    missing: number;
    ranks: readonly number[];
    /** That every compared rank completed. */
    seeds: number;
  };
  "left-out-seeds": { seeds: readonly number[]; failures: readonly LeftOutRun[] };
  excluded: { rank: number; reason: string };
  /** Ranks that most of whose runs know no more than the most frequent class. */
  stuck: { ranks: readonly number[]; rose: boolean };
  "still-falling": { ranks: readonly number[] };
  "behind-prior": { ranks: readonly number[] };
  "rate-breaks": RateBody;
  /** Both ranks learned at these multiples of the sweep's rate, and neither did at the rate itself. */
  "learned-at-other-rates": {
    ranks: readonly [smallest: number, largest: number];
    factors: readonly number[];
  };
  "learned-at-no-rate": { ranks: readonly [smallest: number, largest: number]; factors: readonly number[] };
  /** The largest rank gains under rsLoRA's scaling. */
  "scaling-changes": ScalingBody;
  "step-size": StepGrowth;
  "selection-inflation": { ranks: number; inflation: number; bestRank: number; metric: MetricName };
}

/** What to do; `stepFlags` has the flags of each. */
interface NextBodies {
  needed: {
    examples: number;
    seeds: number;
    now: { readonly examples: number; readonly seeds: number };
    /** Seeds that do on the examples that there are. */
    onlySeeds?: number;
    /** Whose loss they would bound: the smallest rank that may be the best. */
    rank: number;
    /**
     * `settle`: an open verdict. `at-least`: the noise between seeds is unknown, and the design a lower bound. `prove`: that
     * the recommended rank is within the margin.
     */
    to: "settle" | "at-least" | "prove";
  };
  "no-design-settles": Record<never, never>;
  "complete-two-ranks": Record<never, never>;
  "try-larger": { rank: number; until: number };
  "lower-rate": { now?: number };
  "search-rate": { holdUpdate: boolean };
  /** The alpha with which rsLoRA's scaling is the sweep's at the smallest rank. */
  "compare-rslora": { alpha: number };
  "train-longer": {
    epochs: number;
    /** A part of what the ranks differ by may be how fast they learn. */
    maySpeedDiffer: boolean;
  };
  "check-labels": { thenSearch: boolean };
  /** Of runs that are copies of others. */
  "check-settings": Pick<Copies, "setting" | "shownBy">;
  /** Of runs that were not finite before anything was trained. */
  "check-inputs": Record<never, never>;
}

interface MethodBodies {
  "race-course": {
    stopped?: "settled" | "futile" | "spent";
    seeds: number;
    plannedSeeds: number;
    /** About the probability of a verdict that the seeds left would have had. */
    promise?: number;
    runs: number;
    gridRuns: number;
  };
  dropped: DropBody;
  "probe-course": {
    fromRank: number;
    /** Whose run of `fromRank` was cut; 0 where none could be. */
    seeds: number;
    runs: number;
    gridRuns: number;
  };
  /** A prediction and what real runs made of it. */
  confirmed: {
    metric: MetricName;
    fromRank: number;
    prediction: RankPrediction;
    confirmation: Confirmation;
    /** Smaller than the rank that the predictions point to: its pilot kept up. */
    isBelowCandidate: boolean;
  };
  pilot: Pilot & { metric: MetricName; fromRank: number };
  "not-trained": {
    ranks: readonly number[];
    metric: MetricName;
    /** Those below the recommended rank, and how far their cut adapters fell behind. */
    below: readonly { readonly rank: number; readonly shortfall: number }[];
  };
}

interface BasisBodies {
  basis: {
    seeds: number;
    examples: number;
    confidence: number;
    /** What the intervals of differences hold for at once; none where there are no such intervals. */
    holdsFor: "pairs" | "ranks" | "none";
  };
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

interface RateBody {
  metric: MetricName;
  robustness: Robustness;
  /** The rates that show it. */
  rates: readonly RobustnessRate[];
}

interface ScalingBody {
  metric: MetricName;
  ranks: readonly [smallest: number, largest: number];
  scaling: RobustnessScaling;
}

type DropBody = RaceDrop & { readonly seeds: number; readonly metric: MetricName };
