export type { HubProgress } from "./hub/errors.ts";
export {
  type ResolveModelOptions,
  type ResolveOptions,
  resolveAdapter,
  resolveModel,
} from "./hub/resolve.ts";
export { type HubId, parseHubId } from "./hub-id.ts";
