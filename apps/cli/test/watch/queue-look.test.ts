import type { TrialStatus } from "@lorank/sweep/folder";
import { expect, test } from "vitest";
import { QueueLook, queueNotes } from "../../src/commands/watch/live-state.ts";
import type { SchedulerJob } from "../../src/executors/executor.ts";
import type { Queues } from "../../src/executors/queues.ts";

const job: SchedulerJob = { trialId: "a", jobId: "70_4", state: "queued", reason: "Priority" };
const answer: Queues = { jobs: [job], problems: [] };

test("a look has the last answer at once, and the next question comes 30 s after it", async () => {
  const answers: ((queues: Queues) => void)[] = [];
  const queue = new QueueLook(() => new Promise((resolve) => answers.push(resolve)));
  const now = Date.now();
  expect(queue.latest(now)).toEqual({ jobs: [], problems: [] });
  queue.latest(now + 3_600_000); // the first question is still open
  expect(answers).toHaveLength(1);
  answers[0]!(answer);
  await expect.poll(() => queue.latest(now)).toBe(answer);
  queue.latest(now + 29_999);
  expect(answers).toHaveLength(1);
  expect(queue.latest(Date.now() + 30_000)).toBe(answer);
  expect(answers).toHaveLength(2);
});

test("a question that fails is told, and one that is open ends with the page", async () => {
  const failing = new QueueLook(() => Promise.reject(new Error("no queue.json")));
  await expect.poll(() => failing.latest(Date.now())).toEqual({ jobs: [], problems: ["no queue.json"] });
  let asked: AbortSignal | undefined;
  const open = new QueueLook((signal) => {
    asked = signal;
    return new Promise(() => {});
  });
  open.latest(0);
  expect(asked!.aborted).toBe(false);
  open.close();
  expect(asked!.aborted).toBe(true);
});

test("listed is what no trial's cell tells of, what needs help, and a queue that does not answer", () => {
  const place = { rank: 4, seed: 1 };
  const done = { state: "done", status: "completed", seconds: 1 } as const;
  const failed = { state: "failed", attempt: 1, reason: "killed" } as const;
  const trials: TrialStatus[] = [
    { ...place, trialId: "a", name: "r4-s1", state: "waiting", attempts: 0 },
    { ...place, trialId: "b", name: "r4-s2", ...done },
    { ...place, trialId: "c", name: "r4-s3", ...failed },
  ];
  const advice = { words: "somebody holds this job", command: "scontrol release 70_4" };
  const wordsOf = (jobs: readonly SchedulerJob[], problems: readonly string[] = []) =>
    queueNotes({ jobs, problems }, trials).map(({ words }) => words);
  expect(wordsOf([job, { ...job, trialId: "b", advice }])).toEqual([]);
  expect(queueNotes({ jobs: [{ ...job, advice }], problems: [] }, trials)).toEqual([
    { words: "job 70_4 (r4-s1): queued, Priority. somebody holds this job", command: advice.command },
  ]);
  const others = ["c", "of a search"].map((id) => ({ ...job, trialId: id }));
  expect(wordsOf(others, ["squeue was not found"])).toEqual([
    "job 70_4 (r4-s3): queued, Priority",
    "job 70_4 (of a sea): queued, Priority",
    "squeue was not found",
  ]);
  const many = Array.from({ length: 11 }, () => others[0]!);
  expect(wordsOf(many).slice(7)).toEqual(["job 70_4 (r4-s3): queued, Priority", "3 more: see lorank status"]);
  expect(wordsOf(many.slice(2)).at(-1)).toBe("1 more: see lorank status");
  expect(wordsOf(many.slice(3))).toHaveLength(8);
});
