/** Results folder access (`@lorank/sweep/folder`), without code that trains or decides. */

export { requestCancel } from "./executor/cancel.ts";
export { outcomesOf, plannedTrials } from "./methods/methods.ts";
export { chosenChecks } from "./plan/checks.ts";
export { type PublishedAdapter, publishedAdapters, publishedOf } from "./results/published-adapters.ts";
export { type RunningCurve, RunningCurves } from "./status/running-curves.ts";
export { type SweepStatus, sweepStatus } from "./status/sweep-status.ts";
export type { TrialStatus } from "./status/trial-states.ts";
export { assertResultsFolder } from "./store/own-names.ts";
export type { RankChanges, RankOrArm } from "./store/rank-changes.ts";
export { rankChanges } from "./store/reconcile.ts";
export { type Attempt, SweepStore } from "./store/store.ts";
export {
  type AskedSettings,
  exampleChoices,
  readPlan,
  settingsFile,
} from "./store/sweep-file.ts";
