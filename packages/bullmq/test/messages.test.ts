import { expect, test } from "vitest";
import { checkedJob, endOf, isJobProgress, jobOf } from "../src/messages.ts";

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
  expect(jobOf({ folder: "", work: { kind: "truncate", trialId: a, ranks: [0] } })).toBeUndefined();
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
  [{ node: "n", last: { kind: "step", step: "1", loss: 1 } }, false],
  [{ node: "n", last: { kind: "constructor" } }, false],
  [{ node: "n", attempt: "1" }, false],
  [{ node: "n", attempt: null }, false],
  [0, false],
])("progress %j is one: %s", (progress, isOne) => {
  expect(isJobProgress(progress)).toBe(isOne);
});
