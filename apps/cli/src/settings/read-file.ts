import { throwIfAny } from "../errors.ts";
import type { SweepCommand } from "../flags/setting.ts";
import type { RawFlags } from "../output.ts";
import { readYaml } from "../yaml-file.ts";
import { readContent, readFlags } from "./read.ts";
import { type SettingsOf, settingsOf } from "./table.ts";

/**
 * Reads a command's settings from a sweep's file and flags; flags win. Other commands' keys are checked too. Throws as
 * {@link readFlags}, and `E_YAML`.
 */
export function readSettings<Name extends SweepCommand>(
  command: Name,
  file: string | undefined,
  flags: RawFlags,
  problems?: string[],
): SettingsOf<Name> {
  const found = problems ?? [];
  const fromFile = file === undefined ? {} : readContent(command, readYaml(file), file, found);
  const fromFlags = readFlags(settingsOf(command), flags, found);
  if (problems === undefined) throwIfAny(found);
  return { ...fromFile, ...fromFlags } as SettingsOf<Name>;
}
