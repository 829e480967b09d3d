import { join } from "node:path";
import { writePeftAdapter } from "@lorank/checkpoint";
import type { TrialSpec, Truncation } from "@lorank/core";
import { commitResult } from "../../src/commit-result.ts";
import type { SweepStore } from "../../src/store.ts";
import { runTruncationJob } from "../../src/truncations/truncation-job.ts";
import { fakeTrial } from "./example.ts";
import { runTrial } from "./fake-trial.ts";

const where = { modelFolder: "", datasetFile: "", threads: 1 };

/** Brings trials to their results, as their processes would. Returns their ids. */
export async function finishTrials(store: SweepStore, specs: readonly TrialSpec[]): Promise<string[]> {
  return Promise.all(
    specs.map(async (spec) => {
      const trialId = store.addSpec(spec);
      const { result, adapter } = await runTrial(spec, where);
      const attempt = store.claimAttempt(trialId);
      writePeftAdapter(join(attempt.folder, "adapter"), adapter);
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
  await runTruncationJob({ ...where, out: store.out, trialId, ranks, trialModule: fakeTrial });
  return ranks.map((rank) => store.readTruncation(trialId, rank));
}
