import { InputError } from "@lorank/core";
import { nearest } from "../text.ts";
import { readYaml } from "./read-yaml.ts";
import { type PartialSettings, type SettingKey, settingKeys, settings } from "./settings-schema.ts";

/**
 * What the file and the flags say, each checked against the same rules. Flags win.
 *
 * @param flags as commander gives them: camelCase names, texts or booleans; others than settings are passed over.
 * @param known problems that the caller has found, to be reported with the others.
 * @throws InputError `E_CONFIG` with everything that is wrong in both.
 */
export function readSettings(
  file: string | undefined,
  flags: Readonly<Record<string, unknown>>,
  known: readonly string[] = [],
): PartialSettings {
  const problems: string[] = [...known];
  const fromFile = file === undefined ? {} : checkFile(file, readYaml(file), problems);
  const fromFlags = checkFlags(flags, problems);
  if (problems.length > 0) throw new InputError("E_CONFIG", problems.join("\n"));
  return { ...fromFile, ...fromFlags };
}

function checkFile(file: string, content: unknown, problems: string[]): PartialSettings {
  if (content === null || content === undefined) return {};
  if (typeof content !== "object" || Array.isArray(content)) {
    problems.push(`${file} must hold keys and values, got ${show(content)}`);
    return {};
  }
  const found = new Map<SettingKey, unknown>();
  for (const [key, value] of Object.entries(content)) {
    if (!Object.hasOwn(settings, key)) {
      const meant = nearest(key.replaceAll("_", "-"), settingKeys);
      problems.push(`${file}: unknown key "${key}"${meant === undefined ? "" : `. Did you mean ${meant}?`}`);
    } else if (value !== null) {
      check(key as SettingKey, value, `${file}: ${key}`, found, problems);
    }
  }
  return Object.fromEntries(found);
}

function checkFlags(flags: Readonly<Record<string, unknown>>, problems: string[]): PartialSettings {
  const found = new Map<SettingKey, unknown>();
  for (const key of settingKeys) {
    const given = flags[key.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())];
    if (typeof given === "string") check(key, valueOfFlag(key, given), `--${key}`, found, problems);
    else if (typeof given === "boolean" && settings[key].flag === "switch")
      check(key, given, `--${key}`, found, problems);
  }
  return Object.fromEntries(found);
}

function check(
  key: SettingKey,
  value: unknown,
  label: string,
  found: Map<SettingKey, unknown>,
  problems: string[],
): void {
  const parsed = settings[key].schema.safeParse(value);
  if (parsed.success) found.set(key, parsed.data);
  else problems.push(`${label} must be ${settings[key].rule}, got ${show(value)}`);
}

/** A flag's text as the file would hold it. What is no number stays text, and the rule turns it down. */
function valueOfFlag(key: SettingKey, text: string): unknown {
  switch (settings[key].flag) {
    case "text":
    case "switch":
      return text;
    case "number":
      return numberOf(text);
    case "numbers":
      // `--seeds 5` is a number, `--ranks 5` a list of one.
      if (key === "seeds" && !text.includes(",")) return numberOf(text);
      return items(text).map(numberOf);
    case "texts":
      return text === "all-linear" ? text : items(text);
  }
}

function items(text: string): string[] {
  return text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

function numberOf(text: string): number | string {
  const value = Number(text);
  return text.trim() === "" || Number.isNaN(value) ? text : value;
}

/** A value as it would be typed, cut where it is long. */
function show(value: unknown): string {
  const text =
    typeof value === "string"
      ? JSON.stringify(value)
      : Array.isArray(value)
        ? value.join(",")
        : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text || "nothing";
}
