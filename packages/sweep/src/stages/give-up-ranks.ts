import { existsSync } from "node:fs";
import type { FailedTrial, TrialSpec } from "@lorank/evidence/results";
import { trialId } from "@lorank/train/spec";
import { lastLines, readEnd } from "../executor/describe-exit.ts";
import type { FailedTask } from "../executor/run-tasks.ts";
import { outputFile, readAttemptState } from "../store/attempt-log.ts";
import { readFailedTrials, writeFailedTrials } from "../store/failed-trials.ts";
import type { SweepStore } from "../store/store.ts";

/**
 * Gives up the ranks of which no run has completed and none is left to try, so that the others are decided. Does nothing where
 * no rank would be left: then the trainer is at fault, and no rank.
 */
export function giveUpRanks(
  store: SweepStore,
  trials: readonly TrialSpec[],
  failed: readonly FailedTask[],
): void {
  const messages = new Map(failed.map(({ trialId, message }) => [trialId, message]));
  const mayCompare = (id: string): boolean =>
    store.isDone(id) ? store.readResult(id).status === "completed" : !messages.has(id);
  const others = new Set(trials.filter((spec) => mayCompare(trialId(spec))).map(({ lora }) => lora.rank));
  const lost = trials
    .filter(({ lora }) => !others.has(lora.rank))
    .map(trialId)
    .filter((id) => messages.has(id) && !store.isDone(id));
  if (lost.length === 0 || others.size === 0) return;
  const found = lost.map((id) => [id, failureOf(store, id, messages.get(id)!)] as const);
  writeFailedTrials(store.out, new Map([...readFailedTrials(store.out), ...found]));
}

function failureOf(store: SweepStore, id: string, message: string): Pick<FailedTrial, "reason" | "output"> {
  const { folder } = store.attempts(id).at(-1)!;
  const end = readAttemptState(folder)?.end;
  const printed = outputFile(folder);
  const [reason = ""] = (end?.kind === "ended" ? end.reason : message).split("\n");
  return { reason, output: existsSync(printed) ? lastLines(readEnd(printed)) : "" };
}
