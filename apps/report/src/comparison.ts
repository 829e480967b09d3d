/** Page on a comparison of two results: `@lorank/report/comparison`. */
export { renderComparison } from "./comparison/render-comparison.tsx";
export type { Origin, ReportedComparison } from "./comparison/reported-comparison.ts";
