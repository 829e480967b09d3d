import { defaults } from "../defaults.ts";
import { type RawFlags, readSettings } from "../settings/read.ts";
import type { TrialSettings } from "../sweep/trials.ts";

export interface TrainSettings {
  readonly rank: number;
  readonly seed: number;
  readonly out: string;
  readonly force: boolean;
  /** What a trial is made of. */
  readonly trial: TrialSettings;
}

/**
 * The settings of one adapter. The file may be that of a sweep: what it says of its grid and its folder is not meant for
 * one adapter. `--rank`, `--seed` and `--out` are flags only.
 *
 * @throws InputError `E_CONFIG` with everything that is wrong.
 */
export function readTrainSettings(file: string | undefined, flags: RawFlags): TrainSettings {
  const {
    rank = defaults.rank,
    seed = defaults.seed,
    out = defaults.adapterOut,
    force = false,
    ...trial
  } = readSettings("train", file, flags);
  return { rank, seed, out, force, trial };
}
