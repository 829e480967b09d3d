import { cutText, nearest } from "@lorank/core";
import { throwIfAny } from "../errors.ts";
import { camelCase } from "../flags/flag-names.ts";
import type { Setting, ValuesOf } from "../flags/setting.ts";
import type { RawFlags } from "../output.ts";

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

/** Adds a setting's value to `values`, or what is wrong with it to `problems`. */
export function check(
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
export function renamed({ base, ...values }: Record<string, unknown>): Record<string, unknown> {
  if (base === "pretrained" || base === "random") return { weights: base, ...values };
  return base === undefined ? values : { ...values, base };
}

function suggestion({ names, meant: known }: Setting["kind"], value: unknown): string {
  const meant = known?.(value) ?? (typeof value === "string" && names ? nearest(value, names) : undefined);
  return meant === undefined ? "" : `. Did you mean ${meant}?`;
}

export function show(value: unknown): string {
  const isWritten = Array.isArray(value) || typeof value === "number"; // JSON has no infinite number
  const text = isWritten ? String(value) : JSON.stringify(value);
  return cutText(text, 80) || "nothing";
}
