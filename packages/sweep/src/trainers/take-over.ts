import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freshMs, readAttemptState } from "../store/attempt-log.ts";
import { isRunning } from "../store/process-identity.ts";
import type { Attempt, SweepStore } from "../store/store.ts";
import { commandGraceMs, killLeftover } from "./run-process.ts";

/** Milliseconds to wait for earlier attempts: until an ending attempt has saved, or a silent attempt counts as gone. */
const patienceMs = Math.max(commandGraceMs, freshMs) + 5_000;
const msBetweenLooks = 200;

export function resumeFolder(attempt: string): string {
  return join(attempt, "resume");
}

/**
 * Moves an earlier attempt's last checkpoint into this attempt's folder, unless that attempt still runs. First kills
 * what killed workers left running on this host.
 *
 * @returns folder of the resumed attempt, if any.
 */
export async function takeOver(
  store: SweepStore,
  { trialId, number, folder }: Attempt,
  mostMs = patienceMs,
): Promise<string | undefined> {
  const before = store.attempts(trialId).filter((one) => one.number < number);
  for (const one of before) killLeftover(one.folder);
  const deadline = Date.now() + mostMs;
  while (!before.every(hasEnded) && Date.now() < deadline) await delay(msBetweenLooks);
  const last = before.findLast((one) => existsSync(resumeFolder(one.folder)));
  if (last === undefined || !hasEnded(last)) return undefined;
  try {
    renameSync(resumeFolder(last.folder), resumeFolder(folder));
    return last.folder;
  } catch (error) {
    // Another attempt has just taken the checkpoint.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return undefined;
  }
}

function hasEnded({ folder }: Attempt): boolean {
  const state = readAttemptState(folder);
  if (state?.start === undefined || state.end !== undefined) return true;
  return isRunning(state.start) === false || Date.now() - state.heardAt > freshMs;
}
