export { type HubId, parseHubId } from "./hub-id.ts";
export type { HubProgress } from "./progress.ts";
export { type ResolveModelOptions, type ResolveOptions, resolveAdapter, resolveModel } from "./resolve.ts";
