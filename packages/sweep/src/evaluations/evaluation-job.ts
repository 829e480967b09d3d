import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  makeFolder,
  type PeftAdapter,
  readPeftAdapter,
  truncateAdapter,
  writeFileAtomic,
} from "@lorank/checkpoint";
import { InputError, type TestRun, type TrialSpec, type Truncation } from "@lorank/core";
import { canonicalJson } from "@lorank/core/results";
import type { TestExamplesFile } from "@lorank/train";
import { SweepStore } from "../store/store.ts";
import { resourcesOf, type TrialJob } from "../trial-job.ts";
import { fromTrialModule } from "../worker/trainer.ts";

/** What of a trial's adapter is evaluated: itself cut to ranks on the trial's validation examples, or as it is on test examples. */
export type AskedEvaluation =
  | { readonly kind: "truncations"; readonly ranks: readonly number[] }
  | { readonly kind: "test"; readonly test: TestExamplesFile };

/** What a process is told that evaluates the adapter of a finished trial. */
export interface EvaluationJob extends Omit<TrialJob, "attempt" | "packedWith"> {
  readonly asked: AskedEvaluation;
}

/**
 * Evaluates the adapter of a finished trial and keeps each evaluation in a file of its own. Every one is a function of the
 * trial, so a file that is there may be written again.
 *
 * @throws InputError `E_ADAPTER_MISSING` when the trial's attempt has been deleted.
 */
export async function runEvaluationJob(job: EvaluationJob): Promise<void> {
  const { out, trialId, asked, trialModule } = job;
  const store = new SweepStore(out);
  const spec = store.readSpec(trialId);
  const adapter = adapterOf(store, trialId, spec);
  const evaluateAdapters = await fromTrialModule(trialModule, "evaluateAdapters");
  const { seed } = spec;
  if (asked.kind === "test") {
    const [evaluation] = await evaluateAdapters(spec, [adapter], resourcesOf(job), asked.test);
    const run: TestRun = { trialId, rank: spec.lora.rank, seed, evaluation: evaluation! };
    return keep(store.testRunPath(asked.test.sha256, trialId), run);
  }
  const cut = asked.ranks.map((rank) => truncateAdapter(adapter, rank).adapter);
  const evaluations = await evaluateAdapters(spec, cut, resourcesOf(job));
  for (const [i, rank] of asked.ranks.entries()) {
    const truncation: Truncation = { trialId, seed, rank, evaluation: evaluations[i]! };
    keep(store.truncationPath(trialId, rank), truncation);
  }
}

function adapterOf(store: SweepStore, trialId: string, { lora, seed }: TrialSpec): PeftAdapter {
  const attempt = store.winningAttempt(trialId);
  const folder = attempt && join(attempt.folder, "adapter");
  if (folder !== undefined && existsSync(folder)) return readPeftAdapter(folder);
  throw new InputError(
    "E_ADAPTER_MISSING",
    `attempts/${trialId} must hold the adapter of rank ${lora.rank}, seed ${seed}, got none\n` +
      `Delete results/${trialId}.json to train it again.`,
  );
}

function keep(path: string, evaluated: Truncation | TestRun): void {
  makeFolder(dirname(path));
  writeFileAtomic(path, `${canonicalJson(evaluated)}\n`);
}
