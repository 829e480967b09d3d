import { join } from "node:path";
import { commitOnce, readTextFile, throwIfUnreadable, writeFileAtomic } from "@lorank/checkpoint/disk";
import { machineErrorCode, parseJson } from "@lorank/core";
import { checkResultPart, stripMeasured } from "@lorank/evidence/parse";
import { canonicalJson, type TrialResult } from "@lorank/evidence/schema";
import { type SettingChange, settingsDiff } from "../plan/settings-diff.ts";
import type { Attempt, SweepStore } from "./store.ts";

/**
 * Commits a trial's result: durably in the attempt's folder, then by a hard link under `results/`. The first attempt
 * counts; {@link findDisagreements} compares later attempts.
 */
export function commitResult(store: SweepStore, attempt: Attempt, result: TrialResult): "first" | "later" {
  const own = join(attempt.folder, "result.json");
  writeFileAtomic(own, `${canonicalJson(result)}\n`);
  return commitOnce(own, store.resultPath(attempt.trialId)) === "committed" ? "first" : "later";
}

/** Disagreement between two attempts' results: the trial's spec does not determine the result on this machine. */
export interface Disagreement {
  readonly trialId: string;
  readonly attempt: number;
  /** Differences apart from times and memory; `before` is the result that counts. */
  readonly changes: readonly SettingChange[];
}

/** Compares all finished attempts at a trial with the result that counts. */
export function findDisagreements(store: SweepStore, id: string): Disagreement[] {
  if (store.attempts(id).length < 2) return [];
  const finished = store.finishedAttempts(id);
  if (finished.length < 2) return [];
  const counted = readTextFile(store.resultPath(id));
  const expected = stripMeasured(store.readResult(id));
  if (expected.status === "out-of-memory") return [];
  return finished.flatMap(({ folder, number }) => {
    const result = otherResult(join(folder, "result.json"), counted);
    const changes = result === undefined ? [] : settingsDiff(expected, stripMeasured(result));
    return changes.length === 0 ? [] : [{ trialId: id, attempt: number, changes }];
  });
}

/**
 * Another attempt's result; undefined if equal to `counted`, damaged, gone or out of memory. Throws where the disk or
 * the machine fails.
 */
function otherResult(file: string, counted: string): TrialResult | undefined {
  try {
    const text = readTextFile(file);
    if (text === counted) return undefined;
    const json: unknown = parseJson(text, file);
    if (checkResultPart("TrialResult", json).length > 0) return undefined;
    const result = json as TrialResult;
    return result.status === "out-of-memory" ? undefined : result;
  } catch (error) {
    if (machineErrorCode(error) !== undefined) throwIfUnreadable(file, error);
    return undefined;
  }
}
