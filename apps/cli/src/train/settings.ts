import type { TrainingRun } from "@lorank/train";
import { defaults } from "../defaults.ts";
import type { RawFlags } from "../output.ts";
import { checkpointInterval } from "../settings/kinds.ts";
import { readSettings, throwIfAny } from "../settings/read.ts";
import type { TrialSettings } from "../sweep/trials.ts";
import { shellWord } from "../text.ts";

export interface TrainSettings {
  readonly rank: number;
  readonly seed: number;
  readonly out: string;
  readonly force: boolean;
  /** (default: as `trainLora`) */
  readonly checkpointEvery: TrainingRun["checkpointEvery"];
  /** What a trial is made of. */
  readonly trial: TrialSettings;
}

/**
 * The settings of one adapter. The file may be that of a sweep: what it says of its grid and its folder is not meant for
 * one adapter. `--rank`, `--seed` and `--out` are flags only. A file with a `trainer` is refused: this engine is not what
 * its sweep trains with.
 *
 * @throws InputError `E_CONFIG` with everything that is wrong.
 */
export function readTrainSettings(file: string | undefined, flags: RawFlags): TrainSettings {
  const problems: string[] = [];
  const {
    trainer,
    rank = defaults.rank,
    seed = defaults.seed,
    out = defaults.adapterOut,
    force = false,
    "checkpoint-every": every,
    ...trial
  } = readSettings("train", file, flags, problems);
  if (trainer !== undefined)
    problems.push(
      `${file}: trainer must be left out for train, which trains with this engine, got ${trainer.command.join(" ")}\n` +
        `One run of that command: lorank sweep ${shellWord(file!)} --ranks ${rank} --seeds 1`,
    );
  throwIfAny(problems);
  const checkpointEvery = every === undefined ? undefined : checkpointInterval(every);
  return { rank, seed, out, force, checkpointEvery, trial };
}
