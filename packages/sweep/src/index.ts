export { trialEnvironment } from "./executor/trial-environment.ts";
export { type PackSituation, packInWords, whyNotPack } from "./measure/choose-pack.ts";
export { type MeasuredTime, type MeasureTimeOptions, measureTime } from "./measure/measure-time.ts";
export { expectedTrials } from "./methods/method.ts";
export { robustnessSpecs } from "./methods/robustness.ts";
export {
  type AlphaRule,
  type PlanSummary,
  planSweep,
  type SweepConfig,
  type SweepLora,
  type SweepPlan,
} from "./plan/plan.ts";
export type { SettingChange } from "./plan/settings-diff.ts";
export { trialId } from "./plan/trial-id.ts";
export type { SweepEvent, SweepProgress } from "./progress/events.ts";
export type { PublishedAdapter } from "./results/publish-adapter.ts";
export { type RunSweepOptions, runSweep, type SweepOutcome } from "./run-sweep.ts";
export { earlierSearch, type ToSearch } from "./search/record.ts";
export {
  type SearchEvent,
  type SearchOptions,
  type SearchOutcome,
  searchedPlan,
  searchSettings,
} from "./search/search-settings.ts";
export type { Disagreement } from "./store/commit-result.ts";
export { foreignNames } from "./store/foreign-names.ts";
export { type LeaseHolder, leaseHolder } from "./store/lease.ts";
export { type Attempt, SweepStore } from "./store/store.ts";
