/** Names of settings and outcomes, and evaluations on the way: `@lorank/train/names`. Loads no engine. */

export { trainingNames } from "./prepare/setting-names.ts";
export { baseLossesIn, forgettingOutcome } from "./retain/forgetting.ts";
export { type PointsCost, pointSteps, pointsCost, pointsWords, stepsOf } from "./trial/point-steps.ts";
