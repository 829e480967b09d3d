import { expect, test } from "vitest";
import { missingRanks, runTruncations, type WantedTruncation } from "../../src/stages/truncations.ts";
import { SweepStore } from "../../src/store/store.ts";
import { examplePlan, fakeTrial, temporaryFolder } from "../helpers/example.ts";
import { misbehaving, truncationsOnly } from "../helpers/fake-trial.ts";
import { cut, finishTrials } from "../helpers/finished.ts";

const options = {
  resources: { modelFolder: "", datasetFile: "", threads: 1, trialModule: fakeTrial },
  trialsAtOnce: 2,
  maxAttempts: 2,
};

async function storeWith(
  seeds: readonly number[],
): Promise<{ store: SweepStore; wanted: WantedTruncation[] }> {
  const store = new SweepStore(temporaryFolder());
  const ids = await finishTrials(store, examplePlan({ ranks: [4], seeds }).specs);
  return { store, wanted: ids.map((trialId) => ({ trialId, ranks: [1, 2] })) };
}

test("evaluates what is missing, each trial's in a process of its own", async () => {
  const { store, wanted } = await storeWith([0, 1, 2]);
  await cut(store, wanted[0]!.trialId, [1, 2]);
  await cut(store, wanted[1]!.trialId, [1]);
  const done: string[] = [];
  const failed = await runTruncations(store, {
    ...options,
    wanted,
    onDone: ({ trialId }) => done.push(trialId),
  });
  expect(failed).toEqual([]);
  expect(done.toSorted()).toEqual([wanted[1]!.trialId, wanted[2]!.trialId].toSorted());
  expect(wanted.flatMap((one) => missingRanks(store, one))).toEqual([]);
});

test("tries again what broke, not what is wrong, and says why", async () => {
  const broken = truncationsOnly + misbehaving.throws;
  const wrong = truncationsOnly + misbehaving.wrongInput;
  const { store, wanted } = await storeWith([broken, wrong]);
  const failed = await runTruncations(store, { ...options, wanted, onDone: () => {} });
  const messages = wanted.map(({ trialId }) => failed.find((one) => one.trialId === trialId)!.message);
  expect(messages[0]).toMatch(
    /^its adapter could not be cut after 2 attempts: the process that evaluates it exited with code 1/,
  );
  expect(messages[0]).toContain("the loss function of this trial is broken");
  expect(messages[1]).toMatch(/^its adapter could not be cut after 1 attempt: .* exited with code 2/);
});

test("starts nothing once it is asked to stop, and calls nothing failed", async () => {
  const { store, wanted } = await storeWith([0, 1]);
  const stop = new AbortController();
  stop.abort();
  const failed = await runTruncations(store, { ...options, wanted, signal: stop.signal, onDone: () => {} });
  expect(failed).toEqual([]);
  expect(wanted.flatMap((one) => missingRanks(store, one))).toHaveLength(4);
});
