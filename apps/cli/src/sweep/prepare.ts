import { settingsFile } from "@lorank/sweep/folder";
import { defaults } from "../defaults.ts";
import { executorNamed } from "../executors/executors.ts";
import type { TrainerInFile } from "../flags/object-kind.ts";
import type { RequestedSettings } from "../settings/saved-settings.ts";
import { type SettingsOf, settingsOf } from "../settings/table.ts";
import { plainText } from "../text.ts";
import type { ConfigSources } from "./print-config.ts";
import type { Preparation } from "./ready-sweep.ts";

/** Preparation for a sweep's trainer, this engine or a user's command; no other code chooses. */
export function preparationOf({ trainer }: { readonly trainer?: TrainerInFile }): Preparation {
  return trainer === undefined ? engine : command(trainer);
}

const engine: Preparation = {
  readsData: true,
  leftOut: [],
  remarks: () => [],
  prepare: async (request) => (await import("./engine-sweep.ts")).prepareEngine(request),
  machine: async (request) => (await import("./engine-sweep.ts")).engineMachine(request),
};

const engineGroups = ["Model and data:", "Adapter:", "Training:"];

function command(trainer: TrainerInFile): Preparation {
  const leftOut = settingsOf("sweep")
    .filter(
      ({ engineOnly, group, forCommand }) => engineOnly || (engineGroups.includes(group) && !forCommand),
    )
    .map(({ key }) => key);
  return {
    readsData: false,
    leftOut,
    remarks: (folder) => [
      `Save it in ${plainText(folder)}: the trainer's commands run in its file's folder.`,
    ],
    prepare: async (request) =>
      (await import("./command-sweep.ts")).prepareCommandSweep(trainer, leftOut, request),
    machine: async (request) => (await import("./command-sweep.ts")).commandMachine(trainer, request),
  };
}

interface ConfigRequest extends RequestedSettings<SettingsOf<"sweep">> {
  readonly file: string | undefined;
  /** Results folder whose saved settings are read. (default: the sweep's) */
  readonly out?: string | undefined;
}

export function sweepConfigSources(
  command: "sweep" | "plan",
  { settings, typed, inherited, folder, file, ...request }: ConfigRequest,
): ConfigSources {
  const { leftOut, readsData, remarks } = preparationOf(settings);
  const out = request.out ?? settings.out ?? defaults.out;
  const saved = { keys: inherited, file: settingsFile(out) };
  const notes = [...remarks(folder), ...(executorNamed(settings).remarks?.() ?? [])];
  return { command, settings, typed, file, saved, leftOut, hasDefaults: readsData, notes };
}
