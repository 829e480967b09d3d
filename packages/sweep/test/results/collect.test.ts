import { readFileSync, statSync, writeFileSync } from "node:fs";
import { decideResults } from "@lorank/evidence";
import { parseResults } from "@lorank/evidence/parse";
import { expect, test } from "vitest";
import type { SweepEvent } from "../../src/plan/events.ts";
import {
  collectResults,
  decideRequired,
  earlierExecution,
  testScoreIn,
  trialsToScore,
} from "../../src/results/collect.ts";
import { commitResult } from "../../src/store/commit-result.ts";
import { SweepStore } from "../../src/store/store.ts";
import { examplePlan, exampleTest, temporaryFolder, testFile } from "../helpers/example.ts";
import { fakeTrial, misbehaving } from "../helpers/fake-trainer.ts";
import { finishTrials, score } from "../helpers/finished.ts";

const plan = examplePlan({ ranks: [2, 4], seeds: [0, 1], confidence: 0.9 });
const wanted = { trials: plan.specs, truncations: [] };
const silent = { report: () => {} };
const execution = { threadsPerTrial: 2, trialsAtOnce: 3 };

async function finishedStore(): Promise<SweepStore> {
  const store = new SweepStore(temporaryFolder());
  for (const spec of plan.specs) {
    const { result } = await fakeTrial(spec);
    const trialId = store.addSpec(spec);
    commitResult(store, store.claimAttempt(trialId), { ...result, trialId });
  }
  return store;
}

test("orders the trials by rank, then seed, and decides with the sweep's own settings", async () => {
  const store = await finishedStore();
  const results = collectResults(store, plan, decideRequired(store, plan, wanted), execution);
  expect(results.trials.map(({ spec }) => [spec.lora.rank, spec.seed])).toEqual([
    [2, 0],
    [2, 1],
    [4, 0],
    [4, 1],
  ]);
  expect(results.sweep).toEqual({ ...plan.summary, ...execution });
  expect(results.decision).toEqual(decideResults(results));
  expect(results.decision).toMatchObject({ metric: "accuracy", margin: 0.01, confidence: 0.9 });
  expect(parseResults(JSON.parse(readFileSync(store.path("results.json"), "utf8")))).toEqual(results);
});

test("does not touch the file when nothing has changed", async () => {
  const store = await finishedStore();
  collectResults(store, plan, decideRequired(store, plan, wanted), execution);
  const before = statSync(store.path("results.json")).ino;
  collectResults(store, plan, decideRequired(store, plan, wanted), execution);
  expect(statSync(store.path("results.json")).ino).toBe(before);
});

test("remembers how the sweep was executed", async () => {
  const store = await finishedStore();
  expect(earlierExecution(store, silent)).toBeUndefined();
  collectResults(store, plan, decideRequired(store, plan, wanted), execution);
  expect(earlierExecution(store, silent)).toEqual(execution);
});

test("a damaged results.json is told and says nothing; one of a later version is left alone", async () => {
  const store = await finishedStore();
  const file = store.path("results.json");
  const events: SweepEvent[] = [];
  for (const text of ["null", '{"schemaVersion":2', ""]) {
    writeFileSync(file, text);
    expect(earlierExecution(store, { report: (event) => events.push(event) })).toBeUndefined();
  }
  expect(events).toHaveLength(3);
  expect(events[0]).toMatchObject({ kind: "file-rebuilt", file, damage: expect.stringContaining(file) });
  writeFileSync(file, '{"schemaVersion":3}');
  expect(() => earlierExecution(store, silent)).toThrow("schemaVersion must be 1 or 2, got 3");
});

test("damage of one trial among many is told in the words of the whole file", async () => {
  const store = await finishedStore();
  collectResults(store, plan, decideRequired(store, plan, wanted), execution);
  const file = store.path("results.json");
  const text = readFileSync(file, "utf8");
  const last = text.lastIndexOf('"accuracy":');
  const damages: [string, string][] = [
    [text.slice(0, -30), "must be JSON"],
    [
      `${text.slice(0, last)}"accuracy":2,"was":${text.slice(last + 11)}`,
      "$.trials[3].evaluation.accuracy must be",
    ],
    [text.replace('"trials":[', '"trials":[,'), "must be JSON"],
    [text.replace('"schemaVersion":2', '"schemaVersion":"2"'), "E_RESULTS_VERSION"],
  ];
  for (const [damaged, words] of damages) {
    writeFileSync(file, damaged);
    const events: SweepEvent[] = [];
    const earlier = () => earlierExecution(store, { report: (event) => events.push(event) });
    if (words === "E_RESULTS_VERSION") expect(earlier).toThrow(expect.objectContaining({ code: words }));
    else {
      expect(earlier()).toBeUndefined();
      expect(events).toEqual([{ kind: "file-rebuilt", file, damage: expect.stringContaining(words) }]);
    }
  }
  // White space that LoRAnk does not write makes no damage.
  writeFileSync(file, JSON.stringify(JSON.parse(text), null, 2));
  expect(earlierExecution(store, silent)).toEqual(execution);
});

const { sha256 } = exampleTest;

async function finished(ranks: readonly number[], seeds: readonly number[]) {
  const store = new SweepStore(temporaryFolder());
  const specs = examplePlan({ ranks, seeds, headOnlyBaseline: true }).specs;
  const ids = await finishTrials(store, specs);
  return {
    store,
    trials: ids.map((id) => store.readResult(id)),
    test: { file: testFile(), sha256 },
  };
}

test("only completed trials of the rank that is named are scored, and none of rank 0 or of no rank", async () => {
  const { trials } = await finished([0, 4, 8], [1, misbehaving.diverges]);
  const ranksAndSeeds = (rank: number | null) =>
    trialsToScore({ rank }, trials).map(({ spec }) => [spec.lora.rank, spec.seed]);
  expect(ranksAndSeeds(8)).toEqual([[8, 1]]);
  expect(ranksAndSeeds(4)).toHaveLength(2);
  expect(ranksAndSeeds(0)).toEqual([]);
  expect(ranksAndSeeds(null)).toEqual([]);
});

test("the score is there when all runs are, and names other ranks that were scored", async () => {
  const { store, trials, test } = await finished([2, 4], [1, 2]);
  const of = (rank: number, groups: { test?: number[]; validation?: number[] } = {}) =>
    testScoreIn(
      store,
      {
        test: { sha256, ...(groups.test ? { groups: groups.test } : {}) },
        validationGroups: groups.validation,
      },
      { decision: { rank, metric: "accuracy", confidence: 0.9 }, trials },
    );
  const [one, two] = trialsToScore({ rank: 4 }, trials);
  const first = await score(store, one!.trialId, test);
  expect(of(4)).toBeUndefined();
  const second = await score(store, two!.trialId, test);
  expect(of(4)).toMatchObject({ rank: 4, seeds: 2, examples: 20, confidence: 0.9, runs: [first, second] });
  expect(of(4)!.validation.accuracy).toBeCloseTo(
    (one!.evaluation!.accuracy + two!.evaluation!.accuracy) / 2,
    12,
  );
  expect(of(4)).not.toHaveProperty("otherRanks");
  const [test10, validation10] = [20, 30].map((count) => Array.from({ length: count }, (_, e) => e % 10));
  expect(of(4, { test: test10! })!.interval).not.toEqual(of(4)!.interval);
  const chosenBy = of(4, { validation: validation10! })!;
  expect(chosenBy.interval).toEqual(of(4)!.interval);
  expect(chosenBy.validation.interval).not.toEqual(of(4)!.validation.interval);
  for (const { trialId } of trialsToScore({ rank: 2 }, trials)) await score(store, trialId, test);
  expect(of(2)!.otherRanks).toEqual([4]);
  expect(of(4)!.otherRanks).toEqual([2]);
});
