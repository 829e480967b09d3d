import { type Dirent, existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import { InputError, parseJson } from "@lorank/core";
import { andList } from "../rows/row-choices.ts";
import type { PlacedRun } from "../scores/placed-run.ts";
import { textOfFile } from "./json-file.ts";

export interface RunPlace {
  readonly path: string;
  /** Rank in the path; absent without `{rank}` in the pattern. */
  readonly rank?: number;
  /** Seed in the path; absent without `{seed}` in the pattern. */
  readonly seed?: number;
  /** Arm in the path; absent without `{arm}` in the pattern. */
  readonly arm?: string;
}

const placeholder = /\{([^{}]*)\}/g;
const wildcard = /\{rank\}|\{seed\}|\{arm\}|\*/g;

/** Most files sought below a folder; beyond it the path is a mistake, such as `/`. */
const mostFiles = 100_000;
const mostFolders = 12;

/** Tells a path for several runs: with `{rank}`, `{seed}` or `{arm}`, or with `*` if it does not exist. */
export function isRunPattern(path: string): boolean {
  return /\{(rank|seed|arm)\}/.test(path) || (path.includes("*") && !existsSync(path));
}

/**
 * Finds places by a pattern such as `runs/r{rank}-s{seed}`: `{rank}` and `{seed}` are digits, `{arm}` and `*` any part of
 * a name.
 *
 * @throws InputError `E_OUTCOMES` for another word in braces, and if nothing matches.
 */
export function findRuns(pattern: string): readonly RunPlace[] {
  for (const [text, name] of pattern.matchAll(placeholder)) {
    if (name !== "rank" && name !== "seed" && name !== "arm")
      throw fault(pattern, `must have no braces but {rank}, {seed} and {arm}, got ${text}`);
  }
  const names = pattern.split(sep === "\\" ? /[\\/]/ : "/");
  let places: readonly RunPlace[] = [{ path: names[0] === "" ? "/" : "" }];
  for (const [i, name] of names.entries()) {
    if (name === "") continue;
    const next = places.flatMap((place) => matchesIn(place, name));
    if (next.length === 0)
      throw fault(pattern, `must match files or folders, got ${whatIsIn(places, i > 0)}`);
    places = next;
  }
  return places;
}

/**
 * Files and folders behind paths or patterns. Several have a run each, by pattern, or without `{rank}` by the
 * `adapter_config.json` beside them.
 *
 * @throws as `findRuns` and `rankOfAdapter`.
 */
export function runPlaces(paths: readonly string[]): readonly RunPlace[] {
  const isAlone = paths.length === 1 && !isRunPattern(paths[0]!);
  const ofArms = paths.find((path) => path.includes("{arm}"));
  if (ofArms !== undefined) throw fault(ofArms, "must name runs by {rank} and {seed} here, got {arm}");
  const places = paths.flatMap((path) => (isRunPattern(path) ? findRuns(path) : [{ path }]));
  return places.map((place: RunPlace) => {
    const rank = place.rank ?? (isAlone ? undefined : rankOfAdapter(place, place.path));
    return rank === undefined ? place : { ...place, rank };
  });
}

function matchesIn(place: RunPlace, name: string): RunPlace[] {
  const { path } = place;
  if (name.search(wildcard) === -1)
    return existsSync(join(path, name)) ? [{ ...place, path: join(path, name) }] : [];
  const matcher = matcherOf(name);
  return entriesOf(path).flatMap((entry) => {
    const groups = matcher.exec(entry.name)?.groups;
    if (groups === undefined && !matcher.test(entry.name)) return [];
    const run = { ...place, path: join(path, entry.name) };
    for (const field of ["rank", "seed", "arm"] as const) {
      const text = groups?.[field];
      if (text === undefined) continue;
      const value = field === "arm" ? text : Number(text);
      if (place[field] !== undefined && place[field] !== value) return [];
      Object.assign(run, { [field]: value });
    }
    return [run];
  });
}

function matcherOf(name: string): RegExp {
  const seen = new Set<string>();
  const parts = name.split(/(\{rank\}|\{seed\}|\{arm\}|\*+)/).map((part) => {
    if (part.startsWith("*")) return ".*";
    if (!["{rank}", "{seed}", "{arm}"].includes(part)) return part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&");
    const field = part.slice(1, -1);
    if (seen.has(field)) return `\\k<${field}>`;
    seen.add(field);
    return field === "arm" ? "(?<arm>.+)" : `(?<${field}>\\d{1,15})`;
  });
  return new RegExp(`^${parts.join("")}$`);
}

function whatIsIn(places: readonly RunPlace[], isInside: boolean): string {
  const { path } = places[0]!;
  const shown = andList(entriesOf(path).map(({ name }) => name)) || "nothing";
  return `${shown} in ${isInside && path !== "" ? path : "this folder"}`;
}

/**
 * Finds a pattern that several files or folders below a folder fit, such as `runs/r{rank}-s{seed}.csv`. Undefined if no
 * name has a rank. Several paths count as their common folder.
 *
 * @param ofFiles the pattern must end in the files' names. Default: in the last name with a rank or a seed.
 * @throws InputError `E_OUTCOMES` for too many files, and for a name with braces.
 */
export function patternBelow(paths: readonly string[], ofFiles = false): string | undefined {
  const numbers = { rank: /(?<![a-z])(rank|r)([ _=-]?)\d+/i, seed: /(?<![a-z])(seed|s)([ _=-]?)\d+/i };
  const files = paths.flatMap(filesBelow);
  let [folder = "."] = paths;
  while (files.some((file) => /^($|\.\.)/.test(relative(folder, file))) && folder !== dirname(folder))
    folder = dirname(folder);
  for (const file of files) {
    const names = relative(folder, file)
      .split(sep)
      .map((name) => name.replace(numbers.rank, "$1$2{rank}").replace(numbers.seed, "$1$2{seed}"));
    const last = ofFiles ? names.length : names.findLastIndex((name) => isRunPattern(name)) + 1;
    const pattern = join(folder, ...names.slice(0, last));
    if (pattern.includes("{rank}") && findRuns(pattern).length > 1) return pattern;
  }
  return undefined;
}

/** Files below a folder, sorted; any other path itself. Links to folders are not followed. */
export function filesBelow(path: string): readonly string[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [path];
  const files: string[] = [];
  const walk = (folder: string, depth: number): void => {
    for (const entry of entriesOf(folder)) {
      const inside = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (depth < mostFolders && entry.name !== "node_modules" && entry.name !== ".git")
          walk(inside, depth + 1);
      } else files.push(inside);
      if (files.length > mostFiles)
        throw fault(path, `must have at most ${mostFiles} files below it, got more`);
    }
  };
  walk(path, 0);
  return files;
}

/** Entries of a folder, sorted by name; none if unreadable or no folder. */
function entriesOf(folder: string): Dirent[] {
  try {
    const entries = readdirSync(folder === "" ? "." : folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}

const adapterConfig = "adapter_config.json";

/**
 * Rank in the `adapter_config.json` beside a run's file, or in the only such file below its folder.
 *
 * @throws InputError `E_OUTCOMES` for a config without a rank, and for several with different ranks.
 */
export function rankOfAdapter(place: RunPlace, file: string): number | undefined {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (existsSync(join(folder, adapterConfig))) return rankIn(join(folder, adapterConfig));
    if (folder.length <= place.path.length || folder === dirname(folder)) break;
  }
  const configs = filesBelow(place.path).filter((path) => basename(path) === adapterConfig);
  const ranks = new Set(configs.map(rankIn));
  if (ranks.size > 1)
    throw fault(place.path, `must have adapters of one rank below it, got ${[...ranks].join(" and ")}`);
  return [...ranks][0];
}

/**
 * Run at a place, its rank taken from the pattern, the adapter, or `known`, the file's own.
 *
 * @throws InputError `E_OUTCOMES` if the rank is unknown, and as `rankOfAdapter`.
 */
export function placedRun(
  pattern: string,
  { place, file }: { readonly place: RunPlace; readonly file: string },
  score: number,
  { arms, known }: { readonly arms?: PlacedArms | undefined; readonly known?: number | undefined },
): PlacedRun {
  const { arm, seed } = place;
  const rank = rankAt(place, arms) ?? rankOfAdapter(place, file) ?? known;
  const named = { ...(seed === undefined ? {} : { seed }), ...(arm === undefined ? {} : { arm }) };
  if (rank !== undefined) return { rank, ...named, score, place: file };
  throw fault(pattern, `must have {rank}, or an adapter_config.json below each run, got none for ${file}`);
}

/** Numbers for arms that paths name. */
export interface PlacedArms {
  numberOf(name: string): number;
}

/** Rank in a path, or the number of the arm in it; undefined if the path has neither. */
export function rankAt({ rank, arm }: RunPlace, arms: PlacedArms | undefined): number | undefined {
  return arm === undefined ? rank : arms?.numberOf(arm);
}

/** Rank in a PEFT adapter's config, whatever else it has. */
export function rankIn(file: string): number {
  const config = parseJson(textOfFile(file), file, "E_OUTCOMES");
  const rank = (config as { r?: unknown } | null)?.r;
  if (Number.isSafeInteger(rank) && (rank as number) > 0) return rank as number;
  throw fault(file, `must have a rank r of at least 1, got ${JSON.stringify(rank) ?? "none"}`);
}

function fault(subject: string, words: string): InputError {
  return new InputError("E_OUTCOMES", `${subject} ${words}`);
}
