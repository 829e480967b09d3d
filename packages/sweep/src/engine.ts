/**
 * Sweep preparation where @lorank/train trains (`@lorank/sweep/engine`): reads models, tokenises texts, searches
 * settings.
 */

export { type PreparedPlan, preparePlan } from "./prepare/prepare-plan.ts";
export type { SweepSettings } from "./prepare/settings.ts";
export { runSweep } from "./run-sweep.ts";
export { type PlannedSearch, plannedSearch } from "./search/planned-search.ts";
export { earlierSearch, type FoundSettings, searchSettings } from "./search/search-settings.ts";
export type { SearchStop } from "./search/try-values.ts";
export { type EvaluationInSweep, sweepEvaluator } from "./trainers/evaluate-in-sweep.ts";
