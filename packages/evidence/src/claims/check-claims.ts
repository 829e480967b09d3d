import type {
  AgreeingRuns,
  AlikeNeighbours,
  CollapsedRun,
  Copies,
  DependentRuns,
  GroupedExamples,
  PriorAdvantage,
  Robustness,
  RobustnessRate,
  RobustnessScaling,
  SharedSources,
  TrainingFault,
  WarmStarts,
} from "../schema/check-types.ts";
import type { MetricName } from "../schema/metric.ts";

/** Contents of the checks' claims in the verdict, by kind. */
export interface CheckVerdictBodies {
  /** Each of the two ranks is better at some learning rate. */
  "rate-decides": { ranks: readonly [smallest: number, largest: number] };
  "rate-flips": RateBody;
  /** No noise of training is visible in these runs; in all seeds if `setting` is absent, as in files of earlier versions. */
  "agreeing-seeds": Partial<AgreeingRuns> & { seeds: number };
  "copied-runs": Copies & { examples: number };
  /** Score of the class prior, which no rank is shown to beat. */
  "nothing-learned": {
    /** Cause of the failure; absent if the runs do not tell. */
    cause?: TrainingFault;
    state: "not-better" | "unclear";
    source: "labels" | "shares" | "agreement";
    accuracy: number;
    /** Nats; absent if no rank has a log loss. */
    logLoss?: number;
    runs: number;
  };
  /** Evidence of the runs for `cause`. */
  fault: {
    cause: TrainingFault;
    /** Runs that diverged. */
    diverged: number;
    /** There are completed runs to compare. */
    anyCompared: boolean;
    /** Those of `diverged` that were not finite at their first step; absent for 0. */
    divergedAtStart?: number;
    /** Steps of a run, if too few to judge its loss. */
    fewSteps?: number;
  };
}

/** Contents of the checks' claims that are evidence, by kind. */
export interface CheckEvidenceBodies {
  "closest-to-prior": PriorAdvantage;
  "rate-kept": { winner: number; loser: number; factors: readonly number[] };
  "rate-unclear": {
    ranks: readonly [smallest: number, largest: number];
    factors: readonly number[];
    /** Factors at which runs failed, so that nothing can be compared. */
    failed: readonly number[];
  };
  groups: GroupedExamples & { examples: number };
  /** The answer by generated answers, and that by the log loss. */
  "other-metric": { now: NamedAnswer; byLogLoss: NamedAnswer };
  /** A difference is shown, and time tells the same ranks apart. */
  "ranks-in-turn": Record<never, never>;
  "scaling-kept": ScalingBody;
  "scaling-unclear": ScalingBody;
}

/** Contents of the checks' claims that caution, by kind. */
export interface CheckCautionBodies {
  /** Validation examples that are also in training: left out, or (`isKept`) part of all `examples`. */
  overlap: { validation: number; examples: number; isKept: boolean };
  /** The same of those whose group is also in training. */
  "group-overlap": CheckCautionBodies["overlap"];
  /** Runs far below their rank's other seeds, and the answer with them and without them. */
  collapsed: {
    metric: MetricName;
    runs: readonly CollapsedRun[];
    now: NamedAnswer;
    /** Absent if too few seeds remain. */
    without?: NamedAnswer;
  };
  "dependent-runs": DependentRuns;
  "warm-starts": WarmStarts;
  "alike-neighbours": AlikeNeighbours;
  /** Validation examples that seem to come from one source with another one, of all `examples`. */
  "shared-sources": SharedSources & { examples: number };
  /** Ranks whose runs are mostly no better than the most frequent class. */
  stuck: { ranks: readonly number[]; rose: boolean };
  "still-falling": { ranks: readonly number[] };
  "behind-prior": { ranks: readonly number[] };
  /** Ranks whose log loss on the evaluation examples ends above that of a prediction that takes no training. */
  "above-untrained": {
    untrained: "class-prior" | "untouched-base";
    /** Log loss of the untrained prediction, in nats. */
    logLoss: number;
    ranks: readonly { readonly rank: number; readonly logLoss: number }[];
  };
  "rate-breaks": RateBody;
  /** Both ranks learned at these multiples of the sweep's rate, and neither did at the rate itself. */
  "learned-at-other-rates": CheckCautionBodies["learned-at-no-rate"];
  "learned-at-no-rate": { ranks: readonly [smallest: number, largest: number]; factors: readonly number[] };
  /** The largest rank gains under rsLoRA's scaling. */
  "scaling-changes": ScalingBody;
}

/** The rank of an answer, and whether it is recommended, proven to be enough, or the best bet. Absent if there is none. */
export interface NamedAnswer {
  rank?: number;
  is: "recommended" | "proven" | "best-bet" | "none";
}

export interface RateBody {
  metric: MetricName;
  robustness: Robustness;
  /** The rates that show it. */
  rates: readonly RobustnessRate[];
}

export interface ScalingBody {
  metric: MetricName;
  ranks: readonly [smallest: number, largest: number];
  scaling: RobustnessScaling;
}
