import { appendFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { newBatch, startPath, writeStart } from "../../../src/executor/slurm/batch.ts";
import { TaskFollower } from "../../../src/executor/slurm/follow-task.ts";
import { SweepStore } from "../../../src/store/store.ts";
import { temporaryFolder } from "../../helpers/example.ts";

const trialId = "a".repeat(64);

test("reads on what an attempt logs, whole lines alone, and starts with the next attempt", () => {
  const store = new SweepStore(temporaryFolder());
  const batch = newBatch(store.out);
  const follower = new TaskFollower(store, batch, 3, trialId);
  expect(follower.next()).toEqual([]);

  const attempt = store.claimAttempt(trialId);
  const log = join(attempt.folder, "log.jsonl");
  mkdirSync(dirname(startPath(batch, 3)), { recursive: true });
  writeStart(batch, 3, 1);
  expect(follower.next()).toEqual([{ kind: "started", trialId, attempt: 1 }]);
  appendFileSync(
    log,
    '{"time":"t","kind":"started","pid":1}\n{"time":"t","kind":"step","step":1,"steps":2,"loss":0.5}\n{"ti',
  );
  expect(follower.next()).toEqual([
    { kind: "progress", trialId, event: { kind: "step", step: 1, steps: 2, loss: 0.5 } },
  ]);
  expect(follower.next()).toEqual([]);
  appendFileSync(log, 'me":"t","kind":"evaluating","done":1,"total":2}\nnot json\n{"kind":"committed"}\n');
  expect(follower.next()).toEqual([
    { kind: "progress", trialId, event: { kind: "evaluating", done: 1, total: 2 } },
  ]);

  store.claimAttempt(trialId);
  writeStart(batch, 3, 2);
  expect(follower.next()).toEqual([{ kind: "started", trialId, attempt: 2 }]);
});
