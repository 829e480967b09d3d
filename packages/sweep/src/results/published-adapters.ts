import { join } from "node:path";
import { readTextFile, throwIfUnreadable } from "@lorank/checkpoint/disk";
import type { TrialResult } from "@lorank/evidence/results";

/** The adapter that a sweep hands out for one rank. */
export interface PublishedAdapter {
  readonly rank: number;
  readonly seed: number;
  readonly trialId: string;
  /** A PEFT folder: `adapters/r<rank>`. */
  readonly folder: string;
  /** Names of what else the trainer wrote beside the adapter's files, which stays in the attempt. Absent where nothing did. */
  readonly leftOut?: readonly string[];
}

/** File beside a published adapter that names its trial. */
export const noteName = "trial.json";

/** The adapters that `publishAdapters` has left in a results folder, of these trials. */
export function publishedAdapters(folder: string, trials: readonly TrialResult[]): PublishedAdapter[] {
  return trials
    .map(({ trialId, spec }) => {
      const { rank } = spec.lora;
      return { rank, seed: spec.seed, trialId, folder: join(folder, "adapters", `r${rank}`) };
    })
    .filter(({ trialId, folder }) => noteIn(folder)?.trialId === trialId);
}

/**
 * Undefined where there is none, or a damaged one: then nobody knows whose adapter lies there. Throws where it cannot be
 * read now.
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
