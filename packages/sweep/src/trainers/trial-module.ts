import { pathToFileURL } from "node:url";
import { InputError } from "@lorank/core";
import type * as train from "@lorank/train";

/** What a trial's process needs of a trainer. */
export type TrialModule = Pick<typeof train, "runTrial" | "measureTrial" | "evaluateAdapters">;

/** A function of the trainer in the module at `path` (default: `@lorank/train`). Throws InputError E_TRIAL_MODULE. */
export async function fromTrialModule<Name extends keyof TrialModule>(
  path: string | undefined,
  name: Name,
): Promise<TrialModule[Name]> {
  const module: Record<string, unknown> = await import(
    path === undefined ? "@lorank/train" : pathToFileURL(path).href
  );
  if (typeof module[name] === "function") return module[name] as TrialModule[Name];
  throw new InputError(
    "E_TRIAL_MODULE",
    `trialModule must export a function ${name}, got ${path} without one`,
  );
}
