export type { LiveState, LiveTrial } from "./live/live-state.ts";
export { type LiveAddresses, type LiveParts, liveParts, renderLive } from "./live/render-live.tsx";
export { renderReport } from "./render-report.tsx";
export { type ReportOptions, renderReportSections } from "./report-sections.tsx";
export type { Reported, ReportedRun, ReportedSoFar, SourceFile } from "./reported.ts";
export type { AdapterFolder, ToolConfig } from "./sections/use-it.tsx";
export type { ReportStep } from "./sections/verdict.tsx";
export { liveStyleSheet } from "./style-sheet.ts";
