export { returnsInWords, selectionInWords } from "./data/returns.ts";
export { type StepSizeWords, stepSizeInWords } from "./data/step-size.ts";
export { type Tested, testScoreInWords } from "./data/test-score.ts";
export { type ReportOptions, renderReport } from "./render-report.tsx";
