import { join } from "node:path";
import { readTextFile, throwIfUnreadable } from "@lorank/checkpoint/disk";
import type { TrialResult } from "@lorank/evidence/results";

export interface PublishedAdapter {
  readonly rank: number;
  readonly seed: number;
  readonly trialId: string;
  /** PEFT folder: `adapters/r<rank>`. */
  readonly folder: string;
  /** Names in the trainer's folder that stay in the attempt. */
  readonly leftOut?: readonly string[];
}

/** Note beside a published adapter, naming the adapter's trial. */
export const noteName = "trial.json";

export function publishedAdapters(folder: string, trials: readonly TrialResult[]): PublishedAdapter[] {
  return trials
    .map(({ trialId, spec }) => {
      const { rank } = spec.lora;
      return { rank, seed: spec.seed, trialId, folder: join(folder, "adapters", `r${rank}`) };
    })
    .filter(({ trialId, folder }) => noteIn(folder)?.trialId === trialId);
}

/** Trial a published adapter comes from; undefined if the note is absent or damaged. Throws if unreadable for now. */
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
