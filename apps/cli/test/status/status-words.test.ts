import type { TrialStatus } from "@lorank/sweep/folder";
import { expect, test } from "vitest";
import { queuesDocument } from "../../src/commands/status/status.ts";
import { jobWords, trialWords } from "../../src/status/words.ts";

const base = { trialId: "a".repeat(64), name: "r4-s1", rank: 4, seed: 1 };
const running: TrialStatus = {
  ...base,
  state: "running",
  attempt: 2,
  host: "node\u001b[31m7",
  device: "cuda",
  where: "70_4",
  step: 12,
  steps: 76,
  loss: 0.4119,
  seconds: 41,
  secondsLeft: 80,
};

test("what a trial does, where, and for how long", () => {
  expect(trialWords(running)).toBe(
    "attempt 2 on node[31m7 (cuda, job 70_4), step 12 of 76, loss 0.412, 41 s so far, about 1:20 left",
  );
  const { host, device, where, step, steps, loss, secondsLeft, ...young } = running;
  expect(trialWords(young)).toBe("attempt 2, loading, 41 s so far");
  const resumed = { ...young, resumedFrom: 200, steps: 1000 };
  expect(trialWords(resumed)).toBe("attempt 2, goes on from step 200 of 1,000, 41 s so far");
  expect(trialWords({ ...resumed, step: 250, loss: 0.5 })).toBe(
    "attempt 2, goes on from step 200 of 1,000, step 250 of 1000, loss 0.500, 41 s so far",
  );
  const point = { step: 100, accuracy: 0.9125, logLoss: 0.25 };
  expect(trialWords({ ...running, point })).toContain("accuracy 91.3% at step 100, 41 s so far");
  expect(trialWords({ ...running, point }, "log-loss")).toContain("log loss 0.250 at step 100");
  expect(trialWords({ ...running, point }, "macro-f1")).toBe(trialWords(running));
  expect(trialWords({ ...running, evaluating: { done: 3, total: 9 } })).toContain("evaluating 3 of 9");
});

test("why a trial has no result: the first line of the reason, and how it was lost", () => {
  const failed = {
    ...base,
    state: "failed",
    attempt: 3,
    reason: "exited with code 1; it last printed:\nmore",
  } as const;
  expect(trialWords(failed)).toBe("failed: attempt 3, exited with code 1; it last printed:");
  const lost = { ...running, state: "lost", secondsSilent: 192 } as const;
  expect(trialWords({ ...lost, isGone: false })).toMatch(
    /^lost: .*, step 12 of 76, .*, not heard of for 3:12$/,
  );
  expect(trialWords({ ...lost, isGone: true })).toMatch(/its process is gone$/);
  expect(trialWords({ ...base, state: "waiting", attempts: 0 })).toBeUndefined();
});

test("a job in a queue, with what keeps it there and what frees it", () => {
  const job = {
    trialId: base.trialId,
    jobId: "70_4",
    state: "held",
    node: "n1",
    reason: "launch failed requeued held",
    secondsLeft: 3600,
    advice: { words: "Slurm holds it.", command: "scontrol release 70_4" },
  };
  expect(jobWords(job, [running])).toEqual([
    "job 70_4 (r4-s1): held, on n1, launch failed requeued held",
    "  Slurm holds it.",
    "    scontrol release 70_4",
  ]);
  const runs = { trialId: base.trialId, jobId: "7", state: "running", secondsLeft: 3600 };
  expect(jobWords(runs, [running])).toEqual(["job 7 (r4-s1): running, time limit in 1:00:00"]);
  expect(jobWords({ ...runs, trialId: "b".repeat(64) }, [running])[0]).toMatch(/^job 7 \(bbbbbbbb\): /);
  expect(jobWords({ ...runs, state: "queued" }, [running])).toEqual(["job 7 (r4-s1): queued"]);
  const inDocument = { trialIds: [base.trialId], jobId: "7", state: "running", secondsLeft: 3600 };
  expect(queuesDocument({ jobs: [runs], problems: [] })).toEqual({ jobs: [inDocument], problems: [] });
});
