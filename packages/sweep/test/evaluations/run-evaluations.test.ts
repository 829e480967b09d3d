import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { runEvaluations, type WantedEvaluation } from "../../src/evaluations/run-evaluations.ts";
import { SweepStore } from "../../src/store/store.ts";
import { examplePlan, fakeTrial, temporaryFolder } from "../helpers/example.ts";
import { misbehaving, truncationsOnly } from "../helpers/fake-trial.ts";
import { finishTrials } from "../helpers/finished.ts";

const options = {
  resources: { modelFolder: "", datasetFile: "", threads: 1, trialModule: fakeTrial },
  trialsAtOnce: 1,
  maxAttempts: 2,
};

test("one that fails is called what it is, and the others are done all the same", async () => {
  const store = new SweepStore(temporaryFolder());
  const seeds = [truncationsOnly + misbehaving.wrongInput, 1];
  const [good, bad] = await finishTrials(store, examplePlan({ ranks: [4], seeds }).specs);
  const wanted = [bad!, good!].map(
    (trialId): WantedEvaluation => ({
      trialId,
      missing: () => (store.hasTruncation(trialId, 1) ? undefined : { kind: "truncations", ranks: [1] }),
      outputFile: store.path("folder", `${trialId}.txt`),
      what: "halved",
    }),
  );
  const done: string[] = [];
  const failed = await runEvaluations(store, wanted, options, ({ trialId }) => done.push(trialId));
  expect(done).toEqual([good]);
  expect(failed).toMatchObject([{ trialId: bad }]);
  expect(failed[0]!.message).toMatch(
    /^its adapter could not be halved after 1 attempt: the process that evaluates it exited with code 2[\s\S]*E_TARGET/,
  );
  expect(existsSync(store.path("folder", `${bad}.txt`))).toBe(true);
});
