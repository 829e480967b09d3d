import type { WorkEvent } from "@lorank/sweep/executor";
import { expect, test } from "vitest";
import {
  checkedJob,
  endOf,
  eventsOf,
  isJobProgress,
  type JobProgress,
  jobOf,
  withEvent,
} from "../src/messages.ts";

const a = "a".repeat(64);

test("a job has the members that are known, each of its kind", () => {
  const truncate = { kind: "truncate", trialId: a, ranks: [2, 1] };
  const data = {
    folder: "search",
    checkpointEvery: { seconds: 1.5 },
    work: { ...truncate, more: 1 },
    more: 1,
  };
  expect(checkedJob(data)).toEqual({
    folder: "search",
    checkpointEvery: { seconds: 1.5 },
    work: truncate,
  });
  expect(jobOf({ folder: "", work: { kind: "train", trialId: a } })?.work).toEqual({
    kind: "train",
    trialId: a,
  });
  const base = { kind: "base", trialId: a };
  expect(jobOf({ folder: "", work: base })?.work).toEqual(base);
  for (const ranks of [[-1], [0]])
    expect(jobOf({ folder: "", work: { kind: "truncate", trialId: a, ranks } })).toBeUndefined();
});

const job = { folder: "", work: { kind: "train", trialId: a } };

test.each(["off", { seconds: 0.5 }, { steps: 1 }])("a trial may be saved every %j", (checkpointEvery) => {
  expect(checkedJob({ ...job, checkpointEvery })).toEqual({ ...job, checkpointEvery });
});

test.each([
  "on",
  {},
  { seconds: 0 },
  { seconds: -1 },
  { seconds: "5" },
  { seconds: null },
  { steps: 0 },
  { steps: 1.5 },
  { seconds: 1, steps: 1 },
])("a trial cannot be saved every %j", (checkpointEvery) => {
  expect(() => checkedJob({ ...job, checkpointEvery })).toThrow(
    expect.objectContaining({
      code: "E_JOB",
      message: `job.checkpointEvery must be off, seconds or steps, got ${JSON.stringify(checkpointEvery)}`,
    }),
  );
});

test("what a worker answers is an end, or none", () => {
  expect(endOf({ reason: "r", mayRetry: false, more: 1 })).toEqual({ reason: "r", mayRetry: false });
  const none = { reason: "its worker's answer was no end of a job", mayRetry: true };
  for (const answer of [undefined, null, "x", [], {}, { reason: 1, mayRetry: true }, { reason: "r" }])
    expect(endOf(answer)).toEqual(none);
  expect(endOf({ reason: "x".repeat(1e6), mayRetry: true }).reason).toHaveLength(20_000);
});

test.each<[unknown, boolean]>([
  [{ node: "n" }, true],
  [{ node: "n", attempt: 1 }, true],
  [{ node: "n", attempt: 1, last: { kind: "evaluating", done: 1, total: 2 } }, true],
  [{ node: "n", last: { kind: "note", text: "t" } }, true],
  [{ node: "n", last: { kind: "note" } }, false],
  [{ node: "n", last: { kind: "step", step: 1, loss: 0.5, steps: 9 } }, true],
  [{ node: "n", last: { kind: "step", step: 1, loss: null } }, true],
  [{ node: "n", last: { kind: "step", step: null, loss: 1 } }, false],
  [{ node: "n", last: { kind: "step", step: "1", loss: 1 } }, false],
  [{ node: "n", last: { kind: "step", step: 1, loss: 1, steps: "9" } }, false],
  [{ node: "n", last: { kind: "step", step: 1 } }, false],
  [{ node: "n", last: { kind: "resumed", step: 1, steps: 9 } }, true],
  [{ node: "n", last: { kind: "resumed", steps: 9 } }, false],
  [{ node: "n", last: { kind: "checkpoint", step: 1, steps: 9, bytes: 1, seconds: 1 } }, true],
  [{ node: "n", last: { kind: "checkpoint", step: 1, steps: 9, bytes: 1 } }, false],
  [{ node: "n", last: { kind: "evaluating", done: 1 } }, false],
  [{ node: "n", last: { step: 1 } }, false],
  [{ node: "n", last: null }, false],
  [{ node: 1 }, false],
  [{ node: "n", attempt: 0 }, false],
  [{ attempt: 1 }, false],
  [{ node: "n", last: { kind: "constructor" } }, false],
  [{ node: "n", attempt: "1" }, false],
  [{ node: "n", attempt: null }, false],
  [0, false],
])("progress %j is one: %s", (progress, isOne) => {
  expect(isJobProgress(progress)).toBe(isOne);
});

const trialId = "a".repeat(64);
const started = (attempt: number): WorkEvent => ({ kind: "started", trialId, attempt });
const step = (step: number): WorkEvent => ({
  kind: "progress",
  trialId,
  event: { kind: "step", step, steps: 5, loss: 1, learningRate: 1 },
});

function heard(reports: readonly JobProgress[]): WorkEvent[] {
  const events: WorkEvent[] = [];
  const take = eventsOf(trialId, (event) => events.push(event));
  for (const report of reports) take(JSON.parse(JSON.stringify(report)));
  return events;
}

test("what a job says comes out as it went in", () => {
  const events = [started(3), step(1), step(2)];
  const reports: JobProgress[] = [];
  let progress: JobProgress = { node: "n1" };
  for (const event of events) {
    progress = withEvent(progress, event);
    reports.push(progress);
  }
  expect(heard(reports)).toEqual(events);
  // Any report may be missed: the last one alone still tells of the start.
  expect(heard([progress])).toEqual([started(3), step(2)]);
});

test("a job that another worker begins again starts again", () => {
  const first = withEvent({ node: "n1" }, started(1));
  const second = withEvent({ node: "n2" }, started(2));
  expect(heard([first, second])).toEqual([started(1), started(2)]);
});

test("a loss that is not a number comes out as one", () => {
  const nan: WorkEvent = { kind: "progress", trialId, event: { kind: "step", step: 1, loss: Number.NaN } };
  const first = withEvent({ node: "n1" }, started(1));
  expect(heard([withEvent(first, nan)])).toEqual([started(1), nan]);
});

test("a job that has not begun says nothing", () => {
  eventsOf(trialId, () => expect.unreachable())(0);
});
