import { settingsFile } from "@lorank/sweep";
import { defaults } from "../defaults.ts";
import type { OutputFlags } from "../output.ts";
import type { AskedSweep } from "../settings/kept-settings.ts";
import { printConfig } from "../settings/print-config.ts";
import type { RawFlags } from "../settings/read.ts";
import { plainText } from "../text.ts";
import { leftToTrainer } from "./command-sweep.ts";
import { userSlurmFile } from "./slurm.ts";

interface Asked extends AskedSweep<object> {
  readonly file: string | undefined;
  readonly flags: OutputFlags & RawFlags;
  /** The results folder that was asked too. (default: the sweep's) */
  readonly out?: string | undefined;
}

/** `--print-config` of a command that a results folder is asked by. Returns what to exit with. */
export function printSweepConfig(
  command: "sweep" | "plan",
  { settings, inherited, folder, ...asked }: Asked,
): number {
  const { file, flags } = asked;
  const said = settings as Readonly<Record<string, unknown>>;
  const out = asked.out ?? String(said.out ?? defaults.out);
  const notes = [
    ...(said.trainer === undefined
      ? []
      : [`Save it in ${plainText(folder)}: the trainer's commands run in its file's folder.`]),
    ...(said.executor === "slurm"
      ? [`Options of sbatch that are not below are taken from ${userSlurmFile()}, if it is there.`]
      : []),
  ];
  const kept = { keys: inherited, file: settingsFile(out) };
  const leftOut = said.trainer === undefined ? [] : leftToTrainer();
  return printConfig({ command, settings: said, flags, file, kept, notes, leftOut });
}
