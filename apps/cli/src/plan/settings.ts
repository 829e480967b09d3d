import { defaults } from "../defaults.ts";
import { readAsked, withOverlapOf } from "../settings/kept-settings.ts";
import { type RawFlags, throwIfAny } from "../settings/read.ts";
import type { SettingsOf } from "../settings/table.ts";
import { withUntil } from "../settings/until.ts";

/** What `plan` is asked: the settings of a sweep, and questions about it. */
export interface PlanSettings extends SettingsOf<"plan"> {
  readonly power: number;
  readonly measure: boolean;
  /** Folder of the sweep's file. */
  readonly folder: string;
  /** What to say before a program of another user's settings runs. */
  readonly warning?: string | undefined;
}

/** @throws InputError `E_CONFIG` with everything that is wrong in the file and the flags; as `readAsked`. */
export function readPlanSettings(file: string | undefined, flags: RawFlags): PlanSettings {
  const problems: string[] = [];
  const out = sweepFolder(flags);
  const { settings, folder, warning } = readAsked("plan", file, flags, out, problems);
  const asked = withUntil(settings, problems);
  const given = out === undefined || asked.trainer !== undefined ? asked : withOverlapOf(out, asked);
  const { power = defaults.power, measure = false } = given;
  if (measure && given.examples !== undefined && given.trainer === undefined)
    problems.push("--measure must be left out with --examples, which plans for another trainer");
  throwIfAny(problems);
  return { ...given, power, measure, folder, warning };
}

/** The sweep's folder that is planned again; none where another trainer is planned for. */
export function sweepFolder({ results, examples }: RawFlags): string | undefined {
  return typeof results === "string" && examples === undefined ? results : undefined;
}
