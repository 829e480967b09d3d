export type { SweepPlan } from "./plan/plan.ts";
export { planPrepared } from "./prepare/plan-prepared.ts";
export type { SweepSettings } from "./prepare/settings.ts";
export { TimeLeft } from "./progress/time-left.ts";
export { bestTrial } from "./results/best-trial.ts";
export { type Execution, gridResults } from "./results/results-document.ts";
export { trialName } from "./status/trial-name.ts";
