import { settingsFile } from "@lorank/sweep";
import { defaults } from "../defaults.ts";
import type { Output } from "../output.ts";
import type { RequestedSettings } from "../settings/kept-settings.ts";
import { printConfig } from "../settings/print-config.ts";
import type { SettingsOf } from "../settings/table.ts";
import { executorNamed } from "./executor.ts";
import { preparationOf } from "./prepare.ts";

interface ConfigRequest extends RequestedSettings<SettingsOf<"sweep">> {
  readonly file: string | undefined;
  /** Results folder with settings. (default: the sweep's) */
  readonly out?: string | undefined;
}

/** `--print-config` of a command that reads a results folder. Returns what to exit with. */
export function printSweepConfig(
  command: "sweep" | "plan",
  { settings, typed, inherited, folder, file, ...request }: ConfigRequest,
  output: Output,
): number {
  const { leftOut, readsData, remarks } = preparationOf(settings);
  const out = request.out ?? settings.out ?? defaults.out;
  const kept = { keys: inherited, file: settingsFile(out) };
  const notes = [...remarks(folder), ...(executorNamed(settings).remarks?.() ?? [])];
  return printConfig(
    { command, settings, typed, file, kept, leftOut, hasDefaults: readsData, notes },
    output,
  );
}
