export { formatBytes, formatCount, formatDecimalBytes } from "./format.ts";
export type { SchemaIssue } from "./json.ts";
export { adapterKinds, kindOf } from "./results/adapter-kinds.ts";
export { boundInUnit, inUnit, percent } from "./results/amounts.ts";
export { canonicalJson } from "./results/canonical-json.ts";
export type { Schema } from "./results/check-schema.ts";
export type { Claim, ClaimOf, Topic } from "./results/claim.ts";
export { claimsOf, onTopic } from "./results/claims/claims-of.ts";
export type { ClaimInputs } from "./results/claims/sweep-claims.ts";
export {
  type CostComparison,
  costsBeside,
  hasPaid,
  type RankCosts,
  type RankRole,
  type RankRow,
  rankRows,
  returnSteps,
  type Saving,
} from "./results/facts/rank-rows.ts";
export { isBehindPrior, rankToUse } from "./results/facts/rank-to-use.ts";
export type { Course, PartOfGrid } from "./results/methods/method.ts";
export { courseOf, mayEndEarly, methodNames, plannedWords, sharingOf } from "./results/methods/methods.ts";
export { allMetrics, defaultMetric, figure, metricNames, metrics, metricsBeside } from "./results/metric.ts";
export {
  checkResultPart,
  checkResults,
  parseResults,
  type ResultPart,
  resultsSchema,
  stripMeasured,
} from "./results/parse-results.ts";
export { accuracyOf, meanAndInterval, type Scores, scoreIn, scoreOf, scoresOf } from "./results/scores.ts";
export type * from "./results/types.ts";
export { inWords, kindInWords, paragraph } from "./results/words/in-words.ts";
export { type CommandChange, commandChange } from "./results/words/next-words.ts";
