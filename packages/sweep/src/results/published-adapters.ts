import { join } from "node:path";
import { readTextFile, throwIfUnreadable } from "@lorank/checkpoint/disk";
import type { TrialResult } from "@lorank/evidence/schema";
import { fileName } from "../arms/arms.ts";

export interface PublishedAdapter {
  readonly rank: number;
  /** Name of the arm; absent if ranks are compared. */
  readonly arm?: string;
  readonly seed: number;
  readonly trialId: string;
  /** Adapter folder in PEFT's format: `<results folder>/adapters/r<rank>`, or of an arm `adapters/<name>`. */
  readonly folder: string;
  /** Names in the trainer's adapter folder that were not copied, as no files of PEFT. */
  readonly leftOut?: readonly string[];
}

/** File in a published adapter's folder that names the trial it comes from. */
export const noteName = "trial.json";

/** Published adapter of a trial in the results folder `out`. */
export function publishedOf(
  out: string,
  { trialId, spec }: Pick<TrialResult, "trialId" | "spec">,
): PublishedAdapter {
  const { arm, seed } = spec;
  const { rank } = spec.lora;
  const name = arm === undefined ? `r${rank}` : fileName(arm);
  return {
    rank,
    ...(arm === undefined ? {} : { arm }),
    ...{ seed, trialId, folder: join(out, "adapters", name) },
  };
}

export function publishedAdapters(folder: string, trials: readonly TrialResult[]): PublishedAdapter[] {
  return trials
    .map((trial) => publishedOf(folder, trial))
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
