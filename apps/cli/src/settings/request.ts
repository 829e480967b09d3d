import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { InputError } from "@lorank/core";
import { settingsFile } from "@lorank/sweep/folder";
import { throwIfAny } from "../errors.ts";
import type { RawFlags } from "../output.ts";
import { readFlags } from "./read.ts";
import { readContent, readSettings } from "./read-file.ts";
import {
  foreignProgram,
  pathSettings,
  type RequestedSettings,
  readKept,
  withUntil,
} from "./saved-settings.ts";
import { type SettingsOf, settingsOf } from "./table.ts";

/**
 * Reads the settings of `sweep` or `plan` from file and flags. Without a file, settings saved in the results folder
 * fill gaps between flags.
 *
 * @param out results folder, if any.
 * @throws InputError as `readSettings`; `E_DATA_FILE` for a saved path whose file is gone.
 */
export function readRequest<Name extends "sweep" | "plan">(
  command: Name,
  file: string | undefined,
  flags: RawFlags,
  out: string | undefined,
  problems?: string[],
): RequestedSettings<SettingsOf<Name>> {
  const saved = file === undefined && out !== undefined ? readKept(out) : undefined;
  if (saved === undefined) {
    const isFile = file !== undefined && file !== "-";
    const folder = isFile ? dirname(resolve(file)) : process.cwd();
    const settings = readSettings(command, file, flags, problems);
    const typed = readFlags(settingsOf(command), flags, []) as SettingsOf<Name>;
    const found = isFile ? { sweepFile: { path: resolve(file), beside: Object.keys(typed) } } : {};
    return { settings, typed, folder, inherited: [], ...found };
  }
  const found = problems ?? [];
  const typed = readFlags(settingsOf(command), flags, found) as SettingsOf<Name>;
  const before = readContent(command, saved.settings, settingsFile(out!), found);
  if (problems === undefined) throwIfAny(found);
  assertFilesThere(before, typed, out!);
  const inherited = withoutReplaced(before, typed);
  return {
    // Cast through `object`: comparing both types takes the compiler seconds.
    settings: { ...inherited, ...typed } as object as SettingsOf<Name>,
    typed,
    folder: saved.folder,
    inherited: Object.keys(inherited).filter((key) => !(key in typed)),
    ...(saved.file === undefined
      ? {}
      : {
          sweepFile: { ...saved.file, beside: [...new Set([...saved.file.beside, ...Object.keys(typed)])] },
        }),
    warning: foreignProgram(out!, saved),
  };
}

/** Saved settings, without those replaced by typed settings. `until` counts as a choice of method and seeds. */
function withoutReplaced(
  before: Record<string, unknown>,
  typed: SettingsOf<"plan">,
): Record<string, unknown> {
  if (typed.until !== undefined) {
    const { seeds, method, ...rest } = before;
    return rest;
  }
  if (typed.seeds === undefined && typed.method === undefined) return before;
  const { until, "max-seeds": maxSeeds, ...rest } = withUntil(before);
  return rest;
}

function assertFilesThere(before: Record<string, unknown>, typed: object, out: string): void {
  const gone = [...pathSettings].filter((key) => {
    const path = before[key];
    return !(key in typed) && typeof path === "string" && resolve(path) === path && !existsSync(path);
  });
  if (gone.length === 0) return;
  const lines = gone.map((key) => `--${key} must be given anew, got ${before[key]} that is not there`);
  throw new InputError(
    "E_DATA_FILE",
    `${lines.join("\n")}\n${settingsFile(out)} names it: the sweep began with it.`,
  );
}
