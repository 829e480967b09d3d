import { join } from "node:path";
import { commitOnce, readTextFile, throwIfUnreadable, writeFileAtomic } from "@lorank/checkpoint/disk";
import { machineErrorCode, parseJson } from "@lorank/core";
import { checkResultPart, stripMeasured } from "@lorank/evidence/parse";
import { canonicalJson, type TrialResult } from "@lorank/evidence/results";
import { type SettingChange, settingsDiff } from "../plan/settings-diff.ts";
import type { Attempt, SweepStore } from "./store.ts";

/**
 * Publishes an attempt's result: first durably in the attempt's own folder, then by a hard link under `results/`.
 * The first attempt to get there wins; a later one keeps its file, and {@link findDisagreements} compares them.
 */
export function commitResult(store: SweepStore, attempt: Attempt, result: TrialResult): "first" | "later" {
  const own = join(attempt.folder, "result.json");
  writeFileAtomic(own, `${canonicalJson(result)}\n`);
  return commitOnce(own, store.resultPath(attempt.trialId)) === "committed" ? "first" : "later";
}

/**
 * Two attempts at one trial came to different results: the trial is not a function of its spec on this machine. One that ran out of
 * memory says nothing of the trial.
 */
export interface Disagreement {
  readonly trialId: string;
  /** The attempt whose result was not taken. */
  readonly attempt: number;
  /** Differences, apart from `measured`. `before` is the result that counts. */
  readonly changes: readonly SettingChange[];
}

/**
 * Compares every finished attempt with the result that counts. Equal ones are harmless double work. Read from disk, so
 * that a disagreement is found again by every later run.
 */
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
 * Undefined of one that is the same, and of one that is damaged, gone or without memory: it says nothing of the trial. Throws where the disk
 * or the machine fails.
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
