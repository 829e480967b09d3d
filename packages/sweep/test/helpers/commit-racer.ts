/**
 * A process that races others to commit a result of each trial: `commit-racer.ts '<RaceJob as JSON>'`. It prints how many
 * of them it won.
 */
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { TrialResult } from "@lorank/evidence/results";
import { commitResult } from "../../src/store/commit-result.ts";
import { SweepStore } from "../../src/store/store.ts";

export interface RaceJob {
  readonly out: string;
  readonly ids: readonly string[];
  /** All wait for this file. */
  readonly go: string;
  readonly result: Omit<TrialResult, "trialId">;
}

const { out, ids, go, result } = JSON.parse(process.argv[2]!) as RaceJob;
const store = new SweepStore(out);
process.stdout.write("ready\n");
while (!existsSync(go)) await sleep(5);
let won = 0;
for (const trialId of ids) {
  const attempt = store.claimAttempt(trialId);
  // What was measured differs, so that a winner can be told by its bytes.
  const measured = { ...result.measured, peakResidentBytes: 1_000_000 * process.pid + attempt.number };
  const mine = { ...result, measured, trialId } as TrialResult;
  if (commitResult(store, attempt, mine) === "first") won++;
}
process.stdout.write(`${won}\n`);
