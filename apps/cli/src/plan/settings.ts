import { defaults } from "../defaults.ts";
import type { RawFlags } from "../output.ts";
import { readRequest, withUntil } from "../settings/kept-settings.ts";
import { throwIfAny } from "../settings/read.ts";
import type { SettingsOf } from "../settings/table.ts";
import { preparationOf } from "../sweep/prepare.ts";

/** The settings of a sweep, and what to find out about it. */
export interface PlanRequest {
  readonly settings: SettingsOf<"plan">;
  readonly power: number;
  readonly measure: boolean;
  /** Folder of the sweep's file. */
  readonly folder: string;
  /** Results folder of the sweep. */
  readonly earlier: string | undefined;
  /** Warns of a program in another user's settings. */
  readonly warning?: string | undefined;
}

/** @throws InputError `E_CONFIG` with everything that is wrong in the file and the flags; as `readRequest`. */
export function readPlanRequest(file: string | undefined, flags: RawFlags): PlanRequest {
  const problems: string[] = [];
  const earlier = sweepFolder(flags);
  const { settings, folder, warning } = readRequest("plan", file, flags, earlier, problems);
  const all = withUntil(settings, problems);
  const { power = defaults.power, measure = false, ...others } = all;
  if (measure && all.examples !== undefined && preparationOf(all).readsData)
    problems.push("--measure must be left out with --examples, which plans for another trainer");
  throwIfAny(problems);
  return { settings: others, power, measure, folder, earlier, warning };
}

/** Finds the folder of a sweep that is planned again; undefined where only numbers of outcomes are planned for. */
export function sweepFolder({ results, examples }: RawFlags): string | undefined {
  return typeof results === "string" && examples === undefined ? results : undefined;
}
