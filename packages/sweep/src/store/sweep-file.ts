import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError, isInputError } from "@lorank/core";
import { noGroups } from "@lorank/tables/names";
import type { TrainingSettings } from "@lorank/train";
import { type Plan, planAgain } from "../plan/plan.ts";
import type { Comparison, SweepConfig } from "../plan/sweep-config.ts";
import { readJsonObject, writeIfDifferent } from "./files.ts";

/** The config in a results folder's `sweep.json`, as a sweep wrote it. Throws as {@link readPlan}. */
export function readSweepFile(out: string): Plan["config"] {
  return readSweep(out).config;
}

/**
 * The plan of the sweep in a results folder, by its `sweep.json`.
 *
 * @throws InputError `E_JSON` for a damaged file, of which no plan can be made: only the user's settings tell what was
 *   in it.
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
 * Choices of examples with which the sweep in a results folder goes on; none where there is no sweep. A sweep without
 * groups stays so, and one without `overlap` and groups is of a version that used examples that are also in training.
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
 * Makes the document for `settings.json`: the user's settings, so that the sweep can be run again without them. It gets
 * the config that will be run, which may have ranks and seeds of before. This package never reads the file.
 */
export type AskedSettings = (config: Comparison) => unknown;

/** Path of a results folder's `settings.json`. */
export function settingsFile(out: string): string {
  return join(out, "settings.json");
}

/** Atomic; leaves the file alone where it says the same. */
export function writeSettings(out: string, document: AskedSettings | undefined, config: Comparison): void {
  if (document !== undefined)
    writeIfDifferent(settingsFile(out), `${JSON.stringify(document(config), null, 2)}\n`);
}
