import { InputError } from "@lorank/core";
import { readSettings } from "../config/read-settings.ts";
import type { PartialSettings } from "../config/settings-schema.ts";
import { defaults } from "../defaults.ts";

export interface TrainSettings {
  readonly rank: number;
  readonly seed: number;
  readonly out: string;
  /** What a trial is made of. */
  readonly trial: PartialSettings;
}

/**
 * The settings of one adapter. The file may be that of a sweep: what it says of its grid and its folder is not meant for
 * one adapter. `--rank`, `--seed` and `--out` are flags only.
 *
 * @throws InputError `E_CONFIG` with everything that is wrong.
 */
export function readTrainSettings(
  file: string | undefined,
  flags: Readonly<Record<string, unknown>>,
): TrainSettings {
  const problems: string[] = [];
  const whole = (key: "rank" | "seed", least: number, rule: string): number => {
    const text = flags[key];
    if (typeof text !== "string") return defaults[key];
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (!Number.isSafeInteger(value) || value < least)
      problems.push(`--${key} must be ${rule}, got ${JSON.stringify(text)}`);
    return value;
  };
  const rank = whole("rank", 1, "a positive integer");
  const seed = whole("seed", 0, "an integer of at least 0");
  const { out = defaults.adapterOut, ...others } = flags;
  if (out === "") problems.push('--out must be a folder, got ""');
  const read = readSettings(file, others, problems);
  for (const key of ["learning-rate", "epochs"] as const)
    if (read[key] === "auto")
      problems.push(`${key} must be a positive number, got "auto", which only a sweep can search for`);
  if (problems.length > 0) throw new InputError("E_CONFIG", problems.join("\n"));
  const { out: _, ranks: __, seeds: ___, ...trial } = read;
  return { rank, seed, out: String(out), trial };
}
