import type { LogLoss, Share } from "./scalar-types.ts";

/** Results of a trial on the validation examples, in the data set's own order. */
export interface Evaluation {
  /**
   * Mean of `correct`. Files of earlier versions have the share of all target tokens of a causal-lm, in which a long
   * response weighs more.
   */
  readonly accuracy: Share;
  /** Mean over examples of the negative log probability of the truth, in nats. Absent if another trainer does not report it. */
  readonly logLoss?: LogLoss;
  /** For each example: 1 if right, else 0; for causal-lm the share of target tokens predicted right. */
  readonly correct: readonly Share[];
  /** For each example: its log loss in nats (causal-lm: mean over its target tokens). Present if `logLoss` is. */
  readonly logLosses?: readonly LogLoss[];
}

/** An evaluation by this engine, which always has the log loss. */
export type EngineEvaluation = Required<Evaluation>;
