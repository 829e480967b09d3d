import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError, isInputError } from "@lorank/core";
import { noGroups } from "@lorank/tables/names";
import type { TrainingSettings } from "@lorank/train";
import { type Plan, planAgain } from "../plan/plan.ts";
import type { Comparison, SweepConfig } from "../plan/sweep-config.ts";
import { readJsonObject, writeIfDifferent } from "./files.ts";

/** Reads the config in `sweep.json`. Throws as {@link readPlan}. */
export function readSweepFile(out: string): Plan["config"] {
  return readSweep(out).config;
}

/**
 * Reads the sweep's plan in a results folder.
 *
 * @throws InputError `E_JSON` for a damaged `sweep.json`: only the user's settings tell what was in it.
 */
export function readPlan(out: string): Plan {
  return readSweep(out).plan;
}

function readSweep(out: string): { readonly config: Plan["config"]; readonly plan: Plan } {
  const path = join(out, "sweep.json");
  const advice = `Delete ${path}, then run the sweep again with the settings that it began with: trials that are done stay.`;
  const config = readJsonObject(path, advice) as unknown as Plan["config"];
  try {
    return { config, plan: planAgain(config) };
  } catch (cause) {
    const got = isInputError(cause)
      ? `some that cannot be planned:\n${cause.message}`
      : "another JSON object";
    throw new InputError("E_JSON", `${path} must hold the settings of a sweep, got ${got}\n${advice}`, {
      cause,
    });
  }
}

/**
 * Settings on overlap and groups with which the sweep in `out` is resumed, if any. A sweep without groups stays so;
 * without `overlap` too, its version used validation examples also in training.
 *
 * @throws InputError as {@link readPlan}.
 */
export function exampleChoices(out: string): Pick<TrainingSettings, "keepOverlap" | "groupColumn"> {
  if (!existsSync(join(out, "sweep.json"))) return {};
  const { overlap, validationGroups } = readSweepFile(out) as Partial<SweepConfig>;
  const isGrouped = validationGroups !== undefined;
  return {
    keepOverlap: overlap === undefined ? !isGrouped : overlap.kept === true,
    ...(isGrouped ? {} : { groupColumn: noGroups }),
  };
}

/**
 * Maker of `settings.json`, the user's settings, from the config that will be run, which may have more ranks and seeds.
 * This package never reads the file.
 */
export type AskedSettings = (config: Comparison) => unknown;

export function settingsFile(out: string): string {
  return join(out, "settings.json");
}

export function writeSettings(out: string, document: AskedSettings | undefined, config: Comparison): void {
  if (document !== undefined)
    writeIfDifferent(settingsFile(out), `${JSON.stringify(document(config), null, 2)}\n`);
}
