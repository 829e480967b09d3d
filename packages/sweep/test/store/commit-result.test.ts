import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TrialResult } from "@lorank/evidence/results";
import { trialId } from "@lorank/train/spec";
import { expect, test } from "vitest";
import { commitResult, findDisagreements } from "../../src/store/commit-result.ts";
import { SweepStore } from "../../src/store/store.ts";
import { examplePlan, temporaryFolder } from "../helpers/example.ts";
import { fakeTrial } from "../helpers/fake-trainer.ts";

const spec = examplePlan().specs[0]!;
const id = trialId(spec);
const { result: withoutId } = await fakeTrial(spec);
const result: TrialResult = { ...withoutId, trialId: id };

function later(measured: Partial<TrialResult["measured"]>, changes: Partial<TrialResult> = {}): TrialResult {
  return { ...result, ...changes, measured: { ...result.measured, ...measured } };
}

test("the first attempt's result counts, and the second keeps its own", () => {
  const store = new SweepStore(temporaryFolder());
  const [one, two] = [store.claimAttempt(id), store.claimAttempt(id)];
  const slower = later({ peakResidentBytes: 5 });
  expect(commitResult(store, one, result)).toBe("first");
  expect(commitResult(store, two, slower)).toBe("later");
  expect(store.readResult(id)).toEqual(result);
  expect(JSON.parse(readFileSync(join(two.folder, "result.json"), "utf8"))).toEqual(slower);
});

test("equal results measured differently are harmless double work", () => {
  const store = new SweepStore(temporaryFolder());
  commitResult(store, store.claimAttempt(id), result);
  commitResult(store, store.claimAttempt(id), later({ peakResidentBytes: 5 }));
  expect(findDisagreements(store, id)).toEqual([]);
});

test("different results are found again and again, with what differs", () => {
  const store = new SweepStore(temporaryFolder());
  commitResult(store, store.claimAttempt(id), result);
  commitResult(store, store.claimAttempt(id), later({ peakResidentBytes: 5 }, { trainTokens: 641 }));
  const disagreement = {
    trialId: id,
    attempt: 2,
    changes: [{ path: "trainTokens", before: "640", after: "641" }],
  };
  expect(findDisagreements(store, id)).toEqual([disagreement]);
  expect(findDisagreements(store, id)).toEqual([disagreement]);
});

test("an attempt that never reached a result disagrees with nobody", () => {
  const store = new SweepStore(temporaryFolder());
  store.claimAttempt(id);
  commitResult(store, store.claimAttempt(id), result);
  expect(findDisagreements(store, id)).toEqual([]);
});
