/** Outcomes that any trainer wrote, read from files: `@lorank/sweep/outcomes`. */
export {
  isOutcomes,
  type ReadOutcomesOptions,
  type ReadSoFar,
  readOutcomes,
} from "./outcomes/read-outcomes.ts";
