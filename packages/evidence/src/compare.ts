/** Comparison of two results, such as two sweeps or two tables: `@lorank/evidence/compare`. */
export { type AlignedOutcomes, alignExamples, type NamedOutcomes } from "./comparison/align-examples.ts";
export { compareEach, compareSides } from "./comparison/compare-sides.ts";
export type {
  ComparedSide,
  Comparison,
  Difference,
  RankDifference,
  SameExamples,
  WholeComparison,
} from "./comparison/comparison-types.ts";
export type { CompareSettings, Side, SideRuns } from "./comparison/joint-runs.ts";
export { withSharedArms } from "./comparison/shared-arms.ts";
export { testOutcomes } from "./comparison/test-outcomes.ts";
export { type ComparisonWords, comparisonWords } from "./comparison/words.ts";
