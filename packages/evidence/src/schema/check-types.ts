import type { FurtherScores } from "./evaluation-types.ts";
import type { Count, Interval, LogLoss, NonNegative, Seed, Share } from "./scalar-types.ts";

/**
 * A check on a decision, by what it expects. `copies`: runs that should differ do. `collapsed`: none is far below its
 * rank's other seeds. `independentRuns`: none depends on the run before it. `classPrior`: some rank learned more
 * than the shares of the classes. `convergence`: training was done. `robustness`: the order of ranks holds under other
 * settings. `separateExamples`: examples without groups have none. `overlap`: no validation examples, nor their groups, are in training too. `otherMetric`: answers and log loss name one rank.
 */
export type CheckName =
  | "copies"
  | "collapsed"
  | "independentRuns"
  | "classPrior"
  | "convergence"
  | "robustness"
  | "groups"
  | "separateExamples"
  | "overlap"
  | "otherMetric";

/** Runs with the outcomes of one run: a setting did not reach the trainer, or one model was evaluated each time. */
export interface Copies {
  /** Setting that differs between runs that are equal. */
  readonly setting: "rank" | "seed" | "rank-and-seed";
  /**
   * Evidence: log losses, or training losses with nearly all answers, that are equal or nearly. Or answers alone, on more
   * examples than chance explains. Of runs that are known by one score each, it is their scores.
   */
  readonly shownBy: "log-loss" | "training-loss" | "outcomes" | "score";
  /** Groups of two or more such runs. A seed is absent if it is unknown. */
  readonly groups: readonly (readonly { readonly rank: Count; readonly seed?: Seed }[])[];
}

/**
 * Runs that differ less than separate trainings do, where it is not sure that they are copies: no noise of training is visible in
 * them. Labels that are wrong, or a task that is easy, make runs alike too.
 */
export type AgreeingRuns = Omit<Copies, "shownBy">;

/** Advantage of a rank's runs over the class prior: a share of the examples, and nats. Below 0 is worse. */
export interface PriorAdvantage extends FurtherScores {
  readonly rank: Count;
  readonly accuracy: number;
  /** Treats the examples as a sample and the runs as fixed; holds for all ranks and metrics at once. */
  readonly accuracyInterval: Interval;
  /** Absent, with its interval, when the outcomes carry no log loss. */
  readonly logLoss?: number;
  readonly logLossInterval?: Interval;
  /** One of the intervals lies above 0: the runs know more than the shares of the classes. */
  readonly isBetter: boolean;
}

/**
 * The compared ranks against the class prior: the best prediction of the evaluation examples without reading them. No
 * rank is recommended unless one of them is better.
 */
export interface ClassPriorComparison {
  /** Accuracy of always naming the most frequent class: its share of the examples. */
  readonly accuracy: Share;
  /** Log loss of giving every example the shares of the classes: their entropy, in nats. */
  readonly logLoss: LogLoss;
  /**
   * Knowledge of the classes. `labels`: each example's. `shares`: the share of the largest; `logLoss` is then the
   * largest that this allows. `agreement`: none, but all runs are right on the same examples, which are taken for a
   * class.
   */
  readonly source: "labels" | "shares" | "agreement";
  /**
   * `better`: some rank is. `not-better`: none is by more than the margin (of the other metric, its default).
   * `unclear`: neither is shown.
   */
  readonly state: "better" | "not-better" | "unclear";
  /** Ascending by rank. */
  readonly ranks: readonly PriorAdvantage[];
}

/**
 * Cause of a training that taught nothing.
 *
 * - `rate-too-high`: at least half of the runs diverged after their first step, or their training loss rose far above
 *   its start.
 * - `memorising`: after more than one pass the training loss is below that of the class prior. What was learned of the
 *   training examples does not hold for others.
 * - `too-short`: the training loss was still falling, or the runs had too few steps to tell.
 * - `unknown`: none of these.
 */
export type TrainingFault = "rate-too-high" | "memorising" | "too-short" | "unknown";

/** Settings of the first trial that a training fault concerns, and results of the runs. */
export interface FaultyTraining {
  /** Absent, as `epochs`, if another trainer decides. */
  readonly learningRate?: NonNegative;
  readonly epochs?: NonNegative;
  /** Optimiser steps with a loss. */
  readonly steps: Count;
  readonly diverged: Count;
  /**
   * Those of `diverged` whose first step was not finite already: no learning rate causes that, since an update comes
   * after it. Absent for 0.
   */
  readonly divergedAtStart?: Count;
}

/** Convergence of a rank's training loss at the end of its budget, over the rank's completed runs. */
export interface RankConvergence {
  readonly rank: Count;
  readonly seeds: Count;
  /** Passes over the training examples. */
  readonly epochs: NonNegative;
  /**
   * Nats by which twice the budget would lower the training loss, from a regression over the later half of the run.
   * Absent, with its interval and `trainLoss`, if the runs are too short for that: such a rank is listed only if it is
   * stuck.
   */
  readonly fall?: number;
  /** Interval of `fall`, at the decision's confidence. */
  readonly interval?: Interval;
  /** A fall of less than this, in nats, counts as none. */
  readonly threshold: NonNegative;
  /** Training loss at the end, in nats, by the same regression, or 0 if that is negative. */
  readonly trainLoss?: number;
  /** The training loss of most of its runs rose far above its start: the learning rate is too high. Else absent. */
  readonly rose?: true;
  /**
   * - `stuck`: most of its runs are no better than the most frequent class. A flat loss then is no convergence.
   * - `memorising`: after more than one pass it fits its training examples surely better than the evaluation examples.
   *   A training loss that still falls says nothing of new examples, and more training is not needed.
   * - `falling`: the fall surely exceeds the threshold.
   * - `converged`: the fall surely stays below the threshold.
   * - `unclear`: the noise between steps hides which.
   */
  readonly state: "falling" | "converged" | "memorising" | "stuck" | "unclear";
}

/** Outcome of a rank at one learning rate. */
export interface RobustnessRun {
  readonly learningRate: NonNegative;
  /** `collapsed`: it completed, but is no better than the most frequent class, or its loss did not fall. */
  readonly status: "learned" | "collapsed" | "diverged" | "out-of-memory";
  /** In the metric's own unit; absent without an evaluation. */
  readonly quality?: number;
}

/** The smallest and the largest rank at one multiple of the sweep's learning rate. */
export interface RobustnessRate {
  /** Multiple of the sweep's learning rate. 1 is the sweep itself, over all of its seeds. */
  readonly factor: NonNegative;
  readonly smallest: RobustnessRun;
  readonly largest: RobustnessRun;
  /** Advantage of the largest rank over the smallest, in the metric's unit, positive when it is better. */
  readonly advantage?: number;
  /**
   * Interval of `advantage`. Holds at the decision's confidence for all factors other than 1 at once; at factor 1 it is
   * the sweep's own. The noise between seeds is that of the sweep; with one seed it is unknown and left out.
   */
  readonly interval?: Interval;
  /**
   * The rank that is known to be better here, by the interval, or because the other one collapsed or diverged. Absent
   * when nothing is known.
   */
  readonly better?: "smallest" | "largest";
}

/**
 * The largest rank under rsLoRA's scaling, alpha / √rank, in a sweep whose scaling is alpha / rank. All runs have the
 * same seed and the sweep's learning rate.
 *
 * Amounts are in the metric's unit, positive when the run under rsLoRA's scaling is better. Their intervals hold at the
 * decision's confidence for both at once. The noise between seeds is that of the sweep's difference between the two
 * ranks; an interval is absent if that is unknown.
 */
export interface RobustnessScaling {
  /** Alpha of the run under rsLoRA's scaling: at the smallest rank the two scalings agree. */
  readonly alpha: NonNegative;
  /** Scaling of that run divided by the sweep's at the same rank: √(largest / smallest). */
  readonly ratio: NonNegative;
  readonly rslora: RobustnessRun;
  /** Both under the sweep's scaling. */
  readonly smallest: RobustnessRun;
  readonly largest: RobustnessRun;
  /** Over the largest rank under the sweep's scaling. */
  readonly gain?: number;
  readonly gainInterval?: Interval;
  /** Change by the interval, or because one of the two runs collapsed or diverged. Absent when no difference is known. */
  readonly change?: "gains" | "loses";
  /** Over the smallest rank. */
  readonly advantage?: number;
  readonly interval?: Interval;
  /** The rank that is known to be better, the largest under rsLoRA's scaling. Absent when nothing is known. */
  readonly better?: "smallest" | "largest";
}

/** The smallest and the largest rank at other learning rates: does the rank decide, or the rate? */
export interface Robustness {
  readonly seed: Seed;
  readonly smallestRank: Count;
  readonly largestRank: Count;
  /** Ascending by factor. */
  readonly rates: readonly RobustnessRate[];
  /**
   * - `flips`: each of the two ranks is known to be better at some rate.
   * - `breaks`: no flip is known, but at some rate one of them collapsed or diverged and the other learned.
   * - `kept`: the same rank is known to be better at every rate.
   * - `unclear`: none of these. No sign that the rate decides, and no proof that it does not.
   */
  readonly order: "flips" | "breaks" | "kept" | "unclear";
  /** The largest rank takes a larger step than the smallest at one learning rate, because of alpha and scaling. */
  readonly stepGrowsWithRank: boolean;
  /** Absent if the sweep did not try another scaling. */
  readonly scaling?: RobustnessScaling;
}

/** Validation examples that a model may remember instead of generalising. */
export interface Overlap {
  /** Those that are also in training. */
  readonly validation: Count;
  /** Further ones whose group (a document, a person) is also in training. Absent for none. */
  readonly ofTrainedGroups?: Count;
  /** They are among the validation examples, by the sweep's setting, or because it began before they were left out. */
  readonly kept?: true;
}

/** Validation examples that seem to come from a source, such as a document, with others. Nobody named their groups. */
export interface SharedSources {
  /** Those that are so like another validation example. */
  readonly validation: Count;
  /** Those that are so like a training example; absent for none. */
  readonly withTraining?: Count;
  /** Likeness: the subject line of a mail, words but for punctuation, or long passages. */
  readonly by: "subject" | "words" | "passages";
}

/** The learning rate at which a rank is compared. */
export interface ChosenRate {
  readonly rank: Count;
  readonly rate: NonNegative;
  /** Rates of its runs. */
  readonly tried: Count;
}

/** Runs that are known by one score each, in place of the outcomes of their examples. */
export interface RunScores {
  /** The compared runs. */
  readonly runs: Count;
  /**
   * Runs of two ranks under one seed are compared with each other: `all` runs, `some`, or `none`, since seeds differ
   * between ranks or are unknown. All runs of a rank count in each case.
   */
  readonly pairing: "all" | "some" | "none";
  /** Best rate of each rank; absent if no rank has runs at several. Intervals count that the rates were chosen. */
  readonly rates?: readonly ChosenRate[];
  /**
   * Noise of the choice of examples in the difference of two ranks: one standard error, in the metric's unit. Absent
   * where the number of examples is unknown, or the score is no share: the decision then is on these examples alone.
   */
  readonly exampleNoise?: {
    /** Included in the intervals: ranks disagree on examples as they did in measured sweeps. */
    readonly assumed: NonNegative;
    /** If ranks were right on examples independently of each other. */
    readonly independent: NonNegative;
  };
}

/**
 * A run whose score is far below its rank's other seeds, and near or below every run that did not collapse. In the
 * metric's own unit.
 */
export interface CollapsedRun {
  readonly rank: Count;
  /** Absent if unknown. */
  readonly seed?: Seed;
  readonly score: number;
  /** Range of the scores of the rank's runs that did not collapse. */
  readonly others: Interval;
}

/** Runs that are more alike the nearer they are in an order: each may have started from the one before, or a machine drifted. */
export interface DependentRuns {
  /** The order: of their starts, or of their seeds if times are not known. */
  readonly order: "time" | "seed";
  /**
   * Evidence, of runs that follow each other. `outcomes`: they disagree on fewer examples. `scores`: their scores are nearer, beside
   * what all ranks share under a seed. `seeds`: what all ranks share is.
   */
  readonly shownBy: "outcomes" | "scores" | "seeds";
  /** Upper bound on the probability of so clear a sign if runs are independent. */
  readonly chance: Share;
}

/** Runs that began with what other runs had learned, as their table says. */
export interface WarmStarts {
  readonly runs: Count;
  /** All compared runs. */
  readonly of: Count;
}

/** Examples that favour the same ranks as those near them in the table, as those of one document do. */
export interface AlikeNeighbours {
  /** Upper bound on the probability of so clear a sign if examples are in no order. */
  readonly chance: Share;
}

/** Groups of examples that are not independent, such as those of one document. Intervals and plans count groups. */
export interface GroupedExamples {
  readonly count: Count;
  /** Examples of the largest group. */
  readonly largest: Count;
  /**
   * Median over the pairs of ranks: width of the interval of their difference, divided by that for independent examples.
   * Absent for one rank.
   */
  readonly widening?: NonNegative;
}

/** Members that checks add to a decision. */
export interface CheckMembers {
  /** Present if the decision is on scores of whole runs. */
  readonly runScores?: RunScores;
  /** Findings at other learning rates; absent unless a sweep tried them. */
  readonly robustness?: Robustness;
  /** Convergence of each compared rank; absent without loss curves. Ascending by rank. */
  readonly convergence?: readonly RankConvergence[];
  /** The compared ranks against the class prior; absent for causal-lm, and if the classes are unknown. */
  readonly classPrior?: ClassPriorComparison;
  /** Present if no rank is shown to be better than the class prior, or all runs diverged, and there are loss curves. */
  readonly fault?: TrainingFault;
  /** Training settings of a fault's runs, and the number that diverged; absent without a fault. */
  readonly faultyTraining?: FaultyTraining;
  /** Present if runs are copies of others: no rank is recommended then, and each of these runs counts once in all numbers. */
  readonly copies?: Copies;
  /**
   * Number of seeds that count as one. Present if runs differ less than separate trainings do: it may be the task, or one
   * seed. Never present if losses show that runs were trained apart.
   */
  readonly agreeingSeeds?: Count;
  /** The runs that do. Files of earlier versions have the number of seeds alone. */
  readonly agreeingRuns?: AgreeingRuns;
  /** Runs far below their rank's other seeds, by rank, then seed. They count in all numbers but `withoutCollapsed`. */
  readonly collapsed?: readonly CollapsedRun[];
  /** Present if runs depend on the run before them: intervals take them to be independent, and are too narrow. */
  readonly dependentRuns?: DependentRuns;
  /** Present if runs began with the weights of different other runs. */
  readonly warmStarts?: WarmStarts;
  /** Present if times are known and each rank's runs began before those of the next: a drift would look like a difference. */
  readonly ranksInTurn?: true;
  /** Present if the examples are in groups. */
  readonly groups?: GroupedExamples;
  /** Present if no groups are known, and examples are alike as in groups. */
  readonly alikeNeighbours?: AlikeNeighbours;
}
