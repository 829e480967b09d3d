export { type ReportOptions, renderReport } from "./render-report.tsx";
export type { Reported } from "./reported.ts";
export type { AdapterFolder, ToolConfig } from "./sections/use-it.tsx";
