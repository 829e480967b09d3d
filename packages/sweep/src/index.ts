export { type PackSituation, packInWords, whyNotPack } from "./choose-pack.ts";
export type { Disagreement } from "./commit-result.ts";
export type { SweepEvent, SweepProgress } from "./events.ts";
export { foreignNames } from "./foreign-names.ts";
export { type LeaseHolder, leaseHolder } from "./lease.ts";
export { type MeasuredTime, type MeasureTimeOptions, measureTime } from "./measure-time.ts";
export { expectedTrials } from "./methods/method.ts";
export {
  type AlphaRule,
  type PlanSummary,
  planSweep,
  type SweepConfig,
  type SweepLora,
  type SweepPlan,
} from "./plan.ts";
export type { PublishedAdapter } from "./publish-adapter.ts";
export { robustnessSpecs } from "./robustness.ts";
export { type RunSweepOptions, runSweep, type SweepOutcome } from "./run-sweep.ts";
export { earlierSearch, type ToSearch } from "./search/record.ts";
export {
  type SearchEvent,
  type SearchOptions,
  type SearchOutcome,
  searchedPlan,
  searchSettings,
} from "./search/search-settings.ts";
export type { SettingChange } from "./settings-diff.ts";
export { type Attempt, SweepStore } from "./store.ts";
export { trialEnvironment } from "./trial-environment.ts";
export { trialId } from "./trial-id.ts";
