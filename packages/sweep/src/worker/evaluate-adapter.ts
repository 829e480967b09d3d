import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { truncateAdapter } from "@lorank/checkpoint";
import { readPeftAdapter, writeFileAtomic } from "@lorank/checkpoint/files";
import { canonicalJson, type TestRun, type Truncation } from "@lorank/core/results";
import type { JobPlace, TestToScore } from "../plan/job.ts";
import { assertAdapterWhole, missingAdapter } from "../store/adapter-files.ts";
import { makeOwnFolder } from "../store/files.ts";
import { SweepStore } from "../store/store.ts";
import { trainerAt } from "../trainers/trainer-of.ts";

/**
 * Cuts the adapter of a finished trial to each rank, evaluates those on the trial's validation examples, and saves each
 * evaluation in a file. Every one is a function of the trial, so a file that is there may be written again. Rank 0 alone is
 * the untouched base, for which the trial need not have finished.
 *
 * @throws InputError `E_ADAPTER_MISSING` when the trial's attempt has been deleted, `E_ADAPTER_DAMAGED` when its files
 *   have changed.
 */
export async function cutAdapter(place: JobPlace, trialId: string, ranks: readonly number[]): Promise<void> {
  const store = new SweepStore(place.out);
  const spec = store.readSpec(trialId);
  const adapters = ranks[0] === 0 ? [undefined] : await cutTo(ranks, place, trialId);
  const evaluations = await trainerAt(place, store).evaluate(spec, adapters);
  for (const [i, rank] of ranks.entries()) {
    const truncation: Truncation = { trialId, seed: spec.seed, rank, evaluation: evaluations[i]! };
    keep(store.truncationPath(trialId, rank), truncation);
  }
}

async function cutTo(ranks: readonly number[], place: JobPlace, trialId: string) {
  const { adapter } = await finishedTrial(place, trialId);
  return ranks.map((rank) => truncateAdapter(adapter, rank).adapter);
}

/** Evaluates the adapter of a finished trial on test examples and keeps the score. Throws as {@link cutAdapter}. */
export async function scoreAdapter(place: JobPlace, trialId: string, test: TestToScore): Promise<void> {
  const { store, spec, adapter } = await finishedTrial(place, trialId);
  const [evaluation] = await trainerAt(place, store).evaluate(spec, [adapter], test);
  const run: TestRun = { trialId, rank: spec.lora.rank, seed: spec.seed, evaluation: evaluation! };
  keep(store.testRunPath(test.sha256, trialId), run);
}

async function finishedTrial({ out }: JobPlace, trialId: string) {
  const store = new SweepStore(out);
  const spec = store.readSpec(trialId);
  const attempt = store.winningAttempt(trialId);
  const folder = attempt && join(attempt.folder, "adapter");
  if (folder !== undefined && existsSync(folder)) {
    await assertAdapterWhole(attempt!);
    return { store, spec, adapter: readPeftAdapter(folder) };
  }
  throw missingAdapter(trialId, spec);
}

function keep(path: string, evaluated: Truncation | TestRun): void {
  makeOwnFolder(dirname(path));
  writeFileAtomic(path, `${canonicalJson(evaluated)}\n`);
}
