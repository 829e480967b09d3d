import type { WorkEvent } from "@lorank/sweep/executor";
import { expect, test } from "vitest";
import type { JobProgress } from "../src/messages.ts";
import { eventsOf, withEvent } from "../src/progress.ts";

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
