import { join } from "node:path";
import { readTextFile, throwIfUnreadable } from "@lorank/checkpoint/disk";
import type { TrialResult } from "@lorank/evidence/results";

export interface PublishedAdapter {
  readonly rank: number;
  readonly seed: number;
  readonly trialId: string;
  /** Adapter folder in PEFT's format: `<results folder>/adapters/r<rank>`. */
  readonly folder: string;
  /** Names in the trainer's adapter folder that were not copied, as no files of PEFT. */
  readonly leftOut?: readonly string[];
}

/** File in a published adapter's folder that names the trial it comes from. */
export const noteName = "trial.json";

export function publishedAdapters(folder: string, trials: readonly TrialResult[]): PublishedAdapter[] {
  return trials
    .map(({ trialId, spec }) => {
      const { rank } = spec.lora;
      return { rank, seed: spec.seed, trialId, folder: join(folder, "adapters", `r${rank}`) };
    })
    .filter(({ trialId, folder }) => noteIn(folder)?.trialId === trialId);
}

/**
 * Note in a published adapter's folder, which names its trial; undefined if absent or damaged. Throws if unreadable for
 * now.
 */
export function noteIn(
  folder: string,
): { readonly trialId?: unknown; readonly portable?: unknown } | undefined {
  const path = join(folder, noteName);
  try {
    const note: unknown = JSON.parse(readTextFile(path));
    return typeof note === "object" && note !== null ? note : undefined;
  } catch (error) {
    throwIfUnreadable(path, error);
    return undefined;
  }
}
