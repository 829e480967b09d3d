import { expect, test } from "vitest";
import { checkedJob, endOf, isJobProgress, jobOf } from "../src/messages.ts";

const a = "a".repeat(64);

test("a job has the members that are known, each of its kind", () => {
  const measure = { kind: "measure", trialIds: [a], steps: 5, whole: true, resultFile: "/etc/passwd" };
  expect(checkedJob({ folder: "search", checkpointEvery: { seconds: 1.5 }, work: measure, more: 1 })).toEqual(
    {
      folder: "search",
      checkpointEvery: { seconds: 1.5 },
      work: { ...measure, resultFile: "" },
    },
  );
  expect(jobOf({ folder: "", work: { kind: "truncate", trialId: a, ranks: [2, 1] } })?.work).toEqual({
    kind: "truncate",
    trialId: a,
    ranks: [2, 1],
  });
  expect(jobOf({ folder: "", work: { kind: "truncate", trialId: a, ranks: [0] } })).toBeUndefined();
});

test("what a worker answers is an end, or none", () => {
  expect(endOf({ reason: "r", mayRetry: false, more: 1 })).toEqual({ reason: "r", mayRetry: false });
  expect(endOf({ reason: "r", mayRetry: true, measured: "{}" })).toMatchObject({ measured: "{}" });
  const none = { reason: "its worker's answer was no end of a job", mayRetry: true };
  for (const answer of [undefined, null, "x", [], {}, { reason: 1, mayRetry: true }, { reason: "r" }])
    expect(endOf(answer)).toEqual(none);
  expect(endOf({ reason: "x".repeat(1e6), mayRetry: true, measured: {} }).reason).toHaveLength(20_000);
});

test.each<[unknown, boolean]>([
  [{ node: "n", attempts: { [a]: 1 } }, true],
  [
    {
      node: "n",
      attempts: { [a]: 1 },
      last: { kind: "progress", trialId: a, event: { kind: "evaluating", done: 1, total: 2 } },
    },
    true,
  ],
  [
    { node: "n", attempts: {}, last: { kind: "progress", trialId: a, event: { kind: "note", text: "t" } } },
    true,
  ],
  [
    {
      node: "n",
      attempts: {},
      last: { kind: "progress", trialId: a, event: { kind: "step", step: "1", loss: 1 } },
    },
    false,
  ],
  [
    { node: "n", attempts: {}, last: { kind: "progress", trialId: a, event: { kind: "constructor" } } },
    false,
  ],
  [{ node: "n", attempts: { x: 1 } }, false],
  [{ node: "n", attempts: null }, false],
  [0, false],
])("progress %j is one: %s", (progress, isOne) => {
  expect(isJobProgress(progress)).toBe(isOne);
});
