export type { HubProgress } from "./hub/errors.ts";
export { type ResolveModelOptions, resolveAdapter, resolveModel } from "./hub/resolve.ts";
