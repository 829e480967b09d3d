/** Names of settings and outcomes, and evaluations on the way: `@lorank/train/names`. Loads no engine. */

export {
  type EvaluatedTraining,
  evaluationCount,
  type PointsCost,
  pointCount,
  pointSteps,
  pointsCost,
  pointsWords,
  stepsOf,
} from "./prepare/point-steps.ts";
export { trainingNames } from "./prepare/setting-names.ts";
export { baseLossesIn, forgettingOutcome } from "./retain/forgetting.ts";
