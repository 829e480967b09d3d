import { nearest } from "@lorank/core";
import { throwIfAny } from "../errors.ts";
import type { SweepCommand } from "../flags/setting.ts";
import type { RawFlags } from "../output.ts";
import { readYaml } from "../yaml-file.ts";
import { check, readFlags, renamed, show } from "./read.ts";
import { fileSettings, type SettingsOf, settingsOf } from "./table.ts";

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

/** Reads a command's settings from a sweep file's content; problems name `file`. */
export function readContent(
  command: SweepCommand,
  content: unknown,
  file: string,
  problems: string[],
): Record<string, unknown> {
  if (content === null || content === undefined) return {};
  if (typeof content !== "object" || Array.isArray(content)) {
    problems.push(`${file} must hold keys and values, got ${show(content)}`);
    return {};
  }
  const own = settingsOf(command).filter(({ flagOnly }) => flagOnly !== true);
  const inFile = fileSettings();
  const values: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(content)) {
    const known = inFile.find((setting) => setting.key === key);
    if (known === undefined) {
      const meant = nearest(
        key.replaceAll("_", "-"),
        inFile.map((setting) => setting.key),
      );
      problems.push(`${file}: unknown key "${key}"${meant === undefined ? "" : `. Did you mean ${meant}?`}`);
    } else if (value !== null) {
      const mine = own.find((setting) => setting.key === key);
      check(mine ?? known, value, `${file}: ${key}`, mine ? values : {}, problems);
    }
  }
  return renamed(values);
}
