import { availableParallelism } from "node:os";
import type { PartialSettings } from "../config/settings-schema.ts";
import { defaults } from "../defaults.ts";
import type { OutputFlags } from "../output.ts";
import { type PreparedTrials, prepareTrials } from "./trials.ts";

/** A sweep that has been checked to the end, and nothing written yet. */
export interface PreparedSweep extends PreparedTrials {
  readonly out: string;
  readonly jobs: number;
  readonly threads: number;
  readonly maxAttempts: number;
}

/** Resolves settings into a sweep. Throws as {@link prepareTrials}. */
export async function prepareSweep(given: PartialSettings, flags: OutputFlags): Promise<PreparedSweep> {
  const threads = given.threads ?? defaults.threads;
  const grid = { ranks: given.ranks ?? defaults.ranks, seeds: seedList(given.seeds ?? defaults.seeds) };
  return {
    ...(await prepareTrials(given, grid, flags)),
    out: given.out ?? defaults.out,
    jobs: given.jobs ?? Math.max(1, Math.floor(availableParallelism() / threads)),
    threads,
    maxAttempts: given["max-attempts"] ?? defaults.maxAttempts,
  };
}

function seedList(seeds: number | readonly number[]): readonly number[] {
  return typeof seeds === "number" ? Array.from({ length: seeds }, (_, i) => i + 1) : seeds;
}
