import { cutText, nearest } from "@lorank/core";
import { throwIfAny } from "../errors.ts";
import { camelCase } from "../flags/flag-names.ts";
import type { Setting, SweepCommand, ValuesOf } from "../flags/setting.ts";
import type { RawFlags } from "../output.ts";
import { fileSettings, settingsOf } from "./table.ts";

/**
 * Reads flags by a command's settings.
 *
 * @param problems collects every fault, a line each, for the command to report.
 * @throws `E_CONFIG` with every fault, without `problems`.
 */
export function readFlags<Row extends Setting>(
  settings: readonly Row[],
  flags: RawFlags,
  problems?: string[],
): ValuesOf<Row> {
  const found = problems ?? [];
  const values: Record<string, unknown> = {};
  for (const setting of settings) {
    const value = flags[camelCase(setting.key)];
    if (typeof value === "string")
      check(setting, setting.kind.fromText(value), `--${setting.key}`, values, found);
    else if (Array.isArray(value)) check(setting, value, `--${setting.key}`, values, found);
    else if (typeof value === "boolean") values[setting.key] = value;
  }
  if (problems === undefined) throwIfAny(found);
  return renamed(values) as ValuesOf<Row>;
}

/** Reads a command's settings from a sweep file's content; problems name `file`. */
export function readContent(
  command: SweepCommand,
  content: unknown,
  file: string,
  problems: string[],
): Record<string, unknown> {
  if (content === null || content === undefined) return {};
  if (typeof content !== "object" || Array.isArray(content)) {
    problems.push(`${file} must hold keys and values, got ${show(content)}`);
    return {};
  }
  const own = settingsOf(command).filter(({ flagOnly }) => flagOnly !== true);
  const inFile = fileSettings();
  const values: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(content)) {
    const known = inFile.find((setting) => setting.key === key);
    if (known === undefined) {
      const meant = nearest(
        key.replaceAll("_", "-"),
        inFile.map((setting) => setting.key),
      );
      problems.push(`${file}: unknown key "${key}"${meant === undefined ? "" : `. Did you mean ${meant}?`}`);
    } else if (value !== null) {
      const mine = own.find((setting) => setting.key === key);
      check(mine ?? known, value, `${file}: ${key}`, mine ? values : {}, problems);
    }
  }
  return renamed(values);
}

function check(
  { key, kind }: Setting,
  value: unknown,
  label: string,
  values: Record<string, unknown>,
  problems: string[],
): void {
  const parsed = kind.parse(value);
  if (parsed !== undefined) values[key] = parsed;
  else if (kind.faults !== undefined) problems.push(...kind.faults(value).map((fault) => `${label}${fault}`));
  else problems.push(`${label} must be ${kind.rule}, got ${show(value)}${suggestion(kind, value)}`);
}

/** Accepts `base`, the former name for `weights`. */
function renamed({ base, ...values }: Record<string, unknown>): Record<string, unknown> {
  if (base === "pretrained" || base === "random") return { weights: base, ...values };
  return base === undefined ? values : { ...values, base };
}

function suggestion({ names, meant: known }: Setting["kind"], value: unknown): string {
  const meant = known?.(value) ?? (typeof value === "string" && names ? nearest(value, names) : undefined);
  return meant === undefined ? "" : `. Did you mean ${meant}?`;
}

function show(value: unknown): string {
  const text = Array.isArray(value) ? value.join(",") : JSON.stringify(value);
  return cutText(text, 80) || "nothing";
}
