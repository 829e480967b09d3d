export { requestCancel } from "./executor/cancel.ts";
export {
  type AskedRunOptions,
  type RunOptions,
  runOptions,
  type StopSignals,
} from "./executor/run-options.ts";
export { type MeasureProgress, measureTime } from "./measure/measure-time.ts";
export { outcomesOf, plannedTrials } from "./methods/methods.ts";
export { chosenChecks } from "./plan/checks.ts";
export type { ProgressEvent, ProgressReporter, SweepEvent, SweepTrialEvent } from "./plan/events.ts";
export {
  type CommandInputs,
  type Plan,
  type PlanSummary,
  planSweep,
  type SweepInputs,
  type SweepPlan,
} from "./plan/plan.ts";
export type { Comparison, SweepConfig } from "./plan/sweep-config.ts";
export { prepareCommand } from "./prepare/prepare-command.ts";
export { type PreparedPlan, preparePlan } from "./prepare/prepare-plan.ts";
export type { SweepSettings } from "./prepare/settings.ts";
export { type PublishedAdapter, publishedAdapters } from "./results/publish-adapter.ts";
export { runSweep } from "./run-sweep.ts";
export { earlierSearch, type FoundSettings, searchSettings } from "./search/search-settings.ts";
export type { SearchStop } from "./search/try-values.ts";
export { type ResultsFolder, runPlan, type SweepOutcome } from "./stages/run-plan.ts";
export { decisionSoFar } from "./status/decision-so-far.ts";
export { RunningLosses, type StepLoss } from "./status/running-losses.ts";
export { type SweepStatus, sweepStatus } from "./status/sweep-status.ts";
export type { TrialStatus } from "./status/trial-states.ts";
export { assertResultsFolder } from "./store/own-names.ts";
export type { RankChanges } from "./store/rank-changes.ts";
export { type Attempt, SweepStore } from "./store/store.ts";
export {
  type AskedSettings,
  exampleChoices,
  rankChanges,
  readPlan,
  settingsFile,
} from "./store/sweep-file.ts";
export { type EvaluationInSweep, sweepEvaluator } from "./trainers/engine.ts";
export type { MeasuredTime } from "./trainers/trainer.ts";
