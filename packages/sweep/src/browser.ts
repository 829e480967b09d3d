export type { SweepPlan } from "./plan/plan.ts";
export { planPrepared } from "./prepare/settings.ts";
export { TimeLeft } from "./progress/time-left.ts";
export { bestTrial, gridResults } from "./results/results-document.ts";
