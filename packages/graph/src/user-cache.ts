import { homedir } from "node:os";
import { join } from "node:path";

export type ProcessVariables = Readonly<Record<string, string | undefined>>;

/** Folder for lorank's set-ups in the user's cache. */
export function userCache(name: string, environment: ProcessVariables): string {
  const cache = environment.XDG_CACHE_HOME || join(environment.HOME || homedir(), ".cache");
  return join(cache, "lorank", name);
}
