import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import { flagsOf } from "../flags/setting.ts";
import { flagWords } from "./command-words.ts";
import { pathSettings, readKept } from "./saved-settings.ts";
import { settingsOf } from "./table.ts";

/** Words after `lorank` that repeat a sweep in another folder; undefined if its settings or their file are gone. */
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

/** Absolute path as typed from the working folder; elsewhere, and anything but a path, unchanged. */
function fromHere<Value>(value: Value): Value | string {
  if (typeof value !== "string" || resolve(value) !== value) return value;
  const path = relative(process.cwd(), value);
  return path === "" || path.startsWith("..") ? value : path;
}

/** Tells if the folder's sweep decides its own number of seeds. */
export function isUntil(out: string): boolean {
  return readKept(out)?.settings.until !== undefined;
}
