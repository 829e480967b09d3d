export type { ArmSettings } from "./arms/arm-settings.ts";
export type { EngineArm } from "./arms/arms.ts";
export {
  type AskedRunOptions,
  type RunOptions,
  runOptions,
  type StopSignals,
} from "./executor/run-options.ts";
export { type MeasureProgress, measureTime } from "./measure/measure-time.ts";
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
export { type ResultsFolder, runPlan, type SweepOutcome } from "./stages/run-plan.ts";
export { type ResultsSoFar, resultsSoFar } from "./status/results-so-far.ts";
export type { MeasuredTime } from "./trainers/trainer.ts";
