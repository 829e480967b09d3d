import { defaults } from "../defaults.ts";
import { throwIfAny } from "./read.ts";
import type { SettingsOf } from "./table.ts";

type Given = Partial<Pick<SettingsOf<"sweep">, "until" | "max-seeds" | "max-time" | "method" | "seeds">>;

/**
 * Settings in which `until` has become what it stands for: a race over `max-seeds` seeds, which looks at its outcomes after
 * each seed from the third on.
 *
 * @param problems takes what is wrong, where other settings say something else.
 * @throws InputError `E_CONFIG` with it, where no `problems` are given.
 */
export function withUntil<G extends Given>(given: G, problems?: string[]): G {
  const { until, method = "race", seeds } = given;
  const found = problems ?? [];
  if (until === undefined) {
    for (const key of ["max-seeds", "max-time"] as const)
      if (given[key] !== undefined) found.push(`${key} must be given with --until settled, got it alone`);
  } else {
    if (method !== "race")
      found.push(`method must be race, or not given, with --until settled, got ${method}`);
    if (seeds !== undefined)
      found.push("seeds must not be given with --until settled, which adds them: use --max-seeds");
  }
  if (problems === undefined) throwIfAny(found);
  if (until === undefined) return given;
  return { ...given, method: "race", seeds: given["max-seeds"] ?? defaults.maxSeeds };
}
