export { type StepSizeWords, stepSizeInWords } from "./data/step-size.ts";
export { type ReportOptions, renderReport } from "./render-report.tsx";
