import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readTextFile, writeFileAtomic } from "@lorank/checkpoint/disk";
import type { FailedTrial, TrialSpec } from "@lorank/evidence/schema";
import { trialId } from "@lorank/train/spec";
import { SweepStore } from "./store.ts";

export type FailedTrials = ReadonlyMap<string, Pick<FailedTrial, "reason" | "output">>;

/** Reads `failed.json`: trials at ranks whose runs all failed, left out of the decision. */
export function readFailedTrials(out: string): FailedTrials {
  const file = failedFile(out);
  if (!existsSync(file)) return new Map();
  try {
    const trials = JSON.parse(readTextFile(file)) as Record<string, Partial<FailedTrial> | null>;
    return new Map(
      Object.entries(trials).map(([id, trial]) => {
        const { reason, output } = trial ?? {};
        return [id, { reason: String(reason ?? "failed"), output: String(output ?? "") }];
      }),
    );
  } catch {
    return new Map(); // removed meanwhile, or damaged: the sweep writes the file anew
  }
}

export function writeFailedTrials(out: string, trials: FailedTrials): void {
  writeFileAtomic(failedFile(out), `${JSON.stringify(Object.fromEntries(trials), null, 2)}\n`);
}

export function forgetFailedTrials(out: string): void {
  rmSync(failedFile(out), { force: true });
}

/**
 * Deletes out-of-memory trials' results, so that these run again. Call it under the folder's lease, before anything
 * reads the results.
 */
export function forgetOutOfMemory(out: string, specs: readonly TrialSpec[]): void {
  const store = new SweepStore(out, { readOnly: true });
  const lacked = (id: string): boolean =>
    store.isDone(id) && store.readResult(id, { keep: false }).status === "out-of-memory";
  for (const id of specs.map(trialId).filter(lacked)) rmSync(store.resultPath(id));
}

function failedFile(out: string): string {
  return join(out, "failed.json");
}
