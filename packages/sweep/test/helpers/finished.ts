import { join } from "node:path";
import { writePeftAdapter } from "@lorank/checkpoint/files";
import type { TestRun, TrialSpec, Truncation } from "@lorank/evidence/results";
import type { TestExamplesFile } from "@lorank/train";
import { commitResult } from "../../src/store/commit-result.ts";
import type { SweepStore } from "../../src/store/store.ts";
import { cutAdapter, scoreAdapter } from "../../src/worker/jobs.ts";
import { type FakePlace, fakeTrial } from "./fake-trainer.ts";

/** Where jobs of this store find their files. */
export function placeOf(store: SweepStore): FakePlace {
  return { out: store.out, resources: { modelPath: "", datasetFile: "", threads: 1 }, fake: {} };
}

/** Brings trials to their results, as their processes would. Returns their ids. */
export async function finishTrials(store: SweepStore, specs: readonly TrialSpec[]): Promise<string[]> {
  return Promise.all(
    specs.map(async (spec) => {
      const trialId = store.addSpec(spec);
      const { result, adapter } = await fakeTrial(spec);
      const attempt = store.claimAttempt(trialId);
      if (spec.lora.rank > 0) writePeftAdapter(join(attempt.folder, "adapter"), adapter);
      commitResult(store, attempt, { ...result, trialId });
      return trialId;
    }),
  );
}

/** Cuts a finished trial's adapter, as its process would. */
export async function cut(
  store: SweepStore,
  trialId: string,
  ranks: readonly number[],
): Promise<Truncation[]> {
  await cutAdapter(placeOf(store), trialId, ranks);
  return ranks.map((rank) => store.readTruncation(trialId, rank));
}

/** Scores a finished trial's adapter on test examples, as its process would. */
export async function score(store: SweepStore, trialId: string, test: TestExamplesFile): Promise<TestRun> {
  await scoreAdapter(placeOf(store), trialId, test);
  return store.readTestRun(test.sha256, trialId);
}
