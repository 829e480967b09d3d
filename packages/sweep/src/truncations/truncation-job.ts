import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { readPeftAdapter, truncateAdapter, writeFileAtomic } from "@lorank/checkpoint";
import { InputError, type Truncation } from "@lorank/core";
import { canonicalJson } from "@lorank/core/results";
import { SweepStore } from "../store.ts";
import { resourcesOf, type TrialJob } from "../trial-job.ts";
import { fromTrialModule } from "../trial-module.ts";

/** What a process is told that cuts a trial's adapter to lower ranks and evaluates each. */
export interface TruncationJob extends Omit<TrialJob, "attempt" | "packedWith"> {
  readonly ranks: readonly number[];
}

/**
 * Cuts the adapter of a finished trial to each of `ranks` by SVD, evaluates what is left on the trial's own validation
 * examples, and keeps each evaluation in a file of its own. Every one is a function of the trial, so a file that is there
 * may be written again.
 *
 * @throws InputError `E_ADAPTER_MISSING` when the trial's attempt has been deleted.
 */
export async function runTruncationJob(job: TruncationJob): Promise<void> {
  const { out, trialId, ranks, trialModule } = job;
  const store = new SweepStore(out);
  const spec = store.readSpec(trialId);
  const attempt = store.winningAttempt(trialId);
  const folder = attempt && join(attempt.folder, "adapter");
  if (folder === undefined || !existsSync(folder)) {
    throw new InputError(
      "E_ADAPTER_MISSING",
      `attempts/${trialId} must hold the adapter of rank ${spec.lora.rank}, seed ${spec.seed}, got none\n` +
        `Delete results/${trialId}.json to train it again.`,
    );
  }
  const adapter = readPeftAdapter(folder);
  const cut = ranks.map((rank) => truncateAdapter(adapter, rank).adapter);
  const evaluateAdapters = await fromTrialModule(trialModule, "evaluateAdapters");
  const evaluations = await evaluateAdapters(spec, cut, resourcesOf(job));
  for (const [i, rank] of ranks.entries()) {
    const path = store.truncationPath(trialId, rank);
    mkdirSync(dirname(path), { recursive: true });
    const truncation: Truncation = { trialId, seed: spec.seed, rank, evaluation: evaluations[i]! };
    writeFileAtomic(path, `${canonicalJson(truncation)}\n`);
  }
}
