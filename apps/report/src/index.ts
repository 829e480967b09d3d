export type { LiveState, LiveTrial } from "./live/live-state.ts";
export { type LiveParts, liveParts } from "./live/parts.tsx";
export { type LiveAddresses, renderLive } from "./live/render-live.tsx";
export { type ReportOptions, renderReport } from "./render-report.tsx";
export type { Reported } from "./reported.ts";
export type { AdapterFolder, ToolConfig } from "./sections/use-it.tsx";
