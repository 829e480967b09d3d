import type { EngineEvaluation, TrialPoint } from "@lorank/evidence/schema";

/** Evaluation on the way by this engine. */
export interface EnginePoint extends TrialPoint {
  readonly evaluation: EngineEvaluation;
}

export interface BestStep {
  readonly step: number;
  /** Copies of the trained arrays by parameter name. */
  readonly parameters: ReadonlyMap<string, Float32Array>;
}

/** Findings of the evaluations on the way of a training. */
export interface PointsFound {
  /** Evaluations on the way, ascending by step, without the one at the end. */
  readonly points: readonly EnginePoint[];
  /** Evaluation of the trained model, if the training ended with it. */
  readonly endPoint?: EnginePoint | undefined;
  /** Seconds that the evaluations took, in all processes of the training. */
  readonly seconds: number;
  /** Step with the best evaluation on the way, and its parameters; absent if none is chosen. */
  readonly best?: BestStep | undefined;
}
