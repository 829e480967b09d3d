import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { readTextFile, throwIfUnreadable } from "@lorank/checkpoint/disk";
import { InputError, parseJson } from "@lorank/core";
import { comparedIn, type OfAxis } from "@lorank/evidence/results";
import type { Comparison } from "@lorank/sweep";
import {
  type AskedSettings,
  chosenChecks,
  exampleChoices,
  type SweepStatus,
  settingsFile,
} from "@lorank/sweep/folder";
import { defaults } from "../defaults.ts";
import { throwIfAny } from "../errors.ts";
import { flagWords } from "../flags/flag-names.ts";
import { flagsOf } from "../flags/setting.ts";
import { shellCommand } from "../shell-command.ts";
import { fileSettings, type SettingsOf, settingsOf } from "./table.ts";

/** Content of `settings.json` in a results folder. */
interface KeptSettings {
  /** Working folder for a trainer's commands, absolute: that of the sweep's file, if any. */
  readonly folder: string;
  /** Settings from file and flags, by flag name. Paths are absolute; passwords are left out. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Sweep's file; absent if flags alone describe the sweep. */
  readonly file?: SweepFile;
}

/** Sweep's YAML file (absolute path), and names of flags ever typed with it. */
interface SweepFile {
  readonly path: string;
  readonly beside: readonly string[];
}

export interface RequestedSettings<Settings> {
  readonly settings: Settings;
  readonly typed: Readonly<Record<string, unknown>>;
  readonly folder: string;
  /** Keys of settings taken from the results folder. */
  readonly inherited: readonly string[];
  /** Typed file, else the file with which the folder's sweep began. */
  readonly sweepFile?: SweepFile;
  /** Warning by {@link foreignProgram} on inherited settings. */
  readonly warning?: string | undefined;
}

/** Adds the folder's settings on overlapping and grouped examples, where not typed. */
export function withExamplesOf<S extends SettingsOf<"plan">>(out: string, settings: S): S {
  const { keepOverlap, groupColumn } = exampleChoices(out);
  return {
    ...(keepOverlap === undefined ? {} : { "keep-overlap": keepOverlap }),
    ...(groupColumn === undefined ? {} : { "group-column": groupColumn }),
    ...settings,
  };
}

/** Settings to save, see {@link KeptSettings}. Relative paths must still resolve from the working folder. */
export function settingsToKeep({
  settings,
  folder,
  sweepFile,
}: Pick<RequestedSettings<SettingsOf<"sweep">>, "settings" | "folder" | "sweepFile">): AskedSettings {
  const keys = new Set(fileSettings().map(({ key }) => key));
  const shown = Object.fromEntries(
    Object.entries(settings)
      .filter(([key, value]) => keys.has(key) && key !== "out" && !hasPassword(value))
      .map(([key, value]) => [key, pathSettings.has(key) ? absolute(value) : value]),
  );
  return (config): KeptSettings => ({
    folder,
    settings: { ...shown, ...compared(config, settings) },
    ...(sweepFile === undefined ? {} : { file: sweepFile }),
  });
}

/** Ranks and seeds to run, including earlier ranks and seeds under `--extend`. */
function compared(
  config: Comparison,
  { until, seeds: requested, arms, ranks: ofArms }: SettingsOf<"sweep">,
): Partial<SettingsOf<"sweep">> {
  const { seeds } = config;
  const ranks = arms === undefined ? { ranks: config.ranks } : ofArms === undefined ? {} : { ranks: ofArms };
  const ofSeeds =
    until === undefined
      ? { seeds: requested === seeds.length ? requested : seeds }
      : { "max-seeds": seeds.length };
  return { ...ranks, ...ofSeeds, ...chosenChecks(config) };
}

/** Saved settings; undefined if the folder has none. Throws `E_SETTINGS_FILE` for damaged settings. */
export function readKept(out: string): KeptSettings | undefined {
  const file = settingsFile(out);
  if (!existsSync(file)) return undefined;
  try {
    const { folder, settings, file: origin } = parseJson(readTextFile(file), file) as Partial<KeptSettings>;
    if (typeof folder === "string" && typeof settings === "object" && settings !== null) {
      const { pack: _, ...known } = settings; // `pack`: earlier versions' setting, which changed no result
      return { folder, settings: known, ...(isSweepFile(origin) ? { file: origin } : {}) };
    }
  } catch (cause) {
    throwIfUnreadable(file, cause);
    throw damaged(file, (cause as Error).message);
  }
  throw damaged(file, "no settings");
}

function isSweepFile(file: Partial<SweepFile> | undefined): file is SweepFile {
  return typeof file?.path === "string" && Array.isArray(file.beside);
}

/**
 * Warning before running a program named in another user's folder; undefined without such a program.
 * @param uid of the present user; undefined if the system has none.
 */
export function foreignProgram(
  out: string,
  saved: KeptSettings,
  uid = process.getuid?.(),
): string | undefined {
  const programs = fileSettings().flatMap(({ key, programOf }) => {
    const value = saved.settings[key];
    const program = value === undefined ? undefined : programOf?.(value as never);
    return program === undefined ? [] : [program];
  });
  const file = settingsFile(out);
  const owners = [file, out].map((path) => statSync(path).uid).filter((owner) => owner !== uid);
  if (uid === undefined || programs.length === 0 || owners.length === 0) return undefined;
  return (
    `warning: ${file} is of user ${owners[0]}, and what it names is run as you: ` +
    `${programs.join(", ")}, in ${saved.folder}. Go on only if you trust who wrote it.`
  );
}

function damaged(file: string, got: string): InputError {
  return new InputError(
    "E_SETTINGS_FILE",
    `${file} must be what a sweep wrote, got ${got}\nDelete it, and give the settings of the sweep again.`,
  );
}

export const pathSettings: ReadonlySet<string> = new Set(
  fileSettings().flatMap(({ key, isPath }) => (isPath ? [key] : [])),
);

/** Absolute path for an existing file; other values unchanged. */
function absolute(value: unknown): unknown {
  const isBuiltIn = [defaults.model, defaults.data, defaults.generalTexts].some((name) => name === value);
  return typeof value === "string" && !isBuiltIn && existsSync(value) ? resolve(value) : value;
}

/** Tests for a password, as in `redis://:secret@host`; none is saved in a shared folder. */
function hasPassword(value: unknown): boolean {
  return typeof value === "string" && URL.canParse(value) && new URL(value).password !== "";
}

type SeedSettings = Partial<
  Pick<SettingsOf<"sweep">, "until" | "max-seeds" | "max-time" | "method" | "seeds">
>;

/**
 * Replaces `until` by a race over `max-seeds` seeds, with a look after each seed from the third on.
 *
 * @param problems collects settings that contradict `until`.
 * @throws `E_CONFIG`, without `problems`.
 */
export function withUntil<G extends SeedSettings>(settings: G, problems?: string[]): G {
  const { until, method = "race", seeds } = settings;
  const found = problems ?? [];
  if (until === undefined) {
    for (const key of ["max-seeds", "max-time"] as const)
      if (settings[key] !== undefined) found.push(`${key} must be given with --until settled, got it alone`);
  } else {
    if (method !== "race")
      found.push(`method must be race, or not given, with --until settled, got ${method}`);
    if (seeds !== undefined)
      found.push("seeds must not be given with --until settled, which adds them: use --max-seeds");
  }
  if (problems === undefined) throwIfAny(found);
  if (until === undefined) return settings;
  return { ...settings, method: "race", seeds: settings["max-seeds"] ?? defaults.maxSeeds };
}

export interface SweepCommands {
  /** Words after `lorank` to run this sweep in a new folder: as typed, then the folder's settings. */
  readonly whole: readonly string[];
  /** Words after `lorank` to resume in the folder. */
  readonly resume: readonly string[];
}

export function sweepCommands(
  { settings, inherited }: Pick<RequestedSettings<SettingsOf<"sweep">>, "settings" | "inherited">,
  { out, typed }: { readonly out: string; readonly typed: readonly string[] },
): SweepCommands {
  const flags = new Set(flagsOf(settingsOf("sweep")).map(({ key }) => key));
  const fromFolder = inherited
    .filter((key) => flags.has(key))
    .flatMap((key) => flagWords(key, (settings as Record<string, unknown>)[key]));
  return {
    whole: [...typed, ...fromFolder],
    resume: resumeWords(out),
  };
}

/** Words after `lorank` to resume a sweep with the folder's settings; an extension's are saved at the first trial. */
export function resumeWords(out: string): string[] {
  return ["sweep", "--out", out];
}

/**
 * Command to resume without some ranks; undefined if no rank would be left, and for arms, which a file names.
 *
 * @param sweep with all its ranks, or arms.
 */
export function leaveOutCommand(
  out: string,
  sweep: Pick<SweepStatus, "ranks"> & OfAxis,
  lost: readonly number[],
): string | undefined {
  if (comparedIn(sweep).isNamed) return undefined;
  const others = sweep.ranks.filter((rank) => !lost.includes(rank));
  return others.length === 0 ? undefined : shellCommand([...resumeWords(out), "--ranks", others.join(",")]);
}
