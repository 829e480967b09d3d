import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import { flagsOf } from "../flags/setting.ts";
import { flagWords } from "./command-words.ts";
import { pathSettings, readKept } from "./saved-settings.ts";
import { settingsOf } from "./table.ts";

/**
 * The words after `lorank` that make the sweep of a folder again in another one. Undefined where the folder keeps no settings, or
 * some that only a file can have while that file is gone.
 */
export function anewWords(out: string): string[] | undefined {
  const saved = readKept(out);
  if (saved === undefined) return undefined;
  const { file, settings } = saved;
  const flags = new Set(flagsOf(settingsOf("sweep")).map(({ key }) => key));
  const keys = Object.keys(settings);
  const words = (typed: readonly string[]) =>
    typed.flatMap((key) => flagWords(key, pathSettings.has(key) ? fromHere(settings[key]) : settings[key]));
  if (file !== undefined && existsSync(file.path))
    return ["sweep", fromHere(file.path), ...words(keys.filter((key) => file.beside.includes(key)))];
  return keys.every((key) => flags.has(key)) ? ["sweep", ...words(keys)] : undefined;
}

/** A path as it is typed in the working folder; elsewhere, and what is no path, as it is. */
function fromHere<Value>(value: Value): Value | string {
  if (typeof value !== "string" || resolve(value) !== value) return value;
  const path = relative(process.cwd(), value);
  return path === "" || path.startsWith("..") ? value : path;
}

/** Tells if the sweep in a folder decides itself how many seeds it runs. */
export function isUntil(out: string): boolean {
  return readKept(out)?.settings.until !== undefined;
}
