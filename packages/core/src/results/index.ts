export { formatBytes, formatCount, formatDecimalBytes } from "../format.ts";
export { isBehindPrior } from "./behind-prior.ts";
export { canonicalJson } from "./canonical-json.ts";
export type { Schema, SchemaIssue } from "./check-schema.ts";
export { checkResults, parseResults } from "./parse-results.ts";
export { resultsSchema } from "./schema.ts";
export { stripMeasured } from "./strip-measured.ts";
export type * from "./types.ts";
