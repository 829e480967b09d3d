/** Words in which a tool's file says what its fields mean. */
import type { OptimizerName } from "@lorank/core/memory";
import { memoryNames } from "@lorank/core/memory-names";
import type { Condition, ConfigFields, Convert, FieldRow, FieldValue, NotCountedRow } from "./tool.ts";

/** Rows that apply under a condition only. */
export function when(only: Condition, rows: readonly FieldRow[]): FieldRow[] {
  return rows.map(([path, target, how, otherwise]) => [path, target, how, otherwise, only] as FieldRow);
}

/** Tells if a condition holds; no condition always does. */
export function holds(only: Condition | undefined, fields: ConfigFields): boolean {
  if (typeof only === "function") return only(fields);
  return Object.entries(only ?? {}).every(([path, values]) => [values].flat().includes(fields.get(path)));
}

export function convert<Value>(how: Convert<Value>, raw: unknown, fields: ConfigFields): FieldValue<Value> {
  if (typeof how === "function") return how(raw, fields);
  const listed = Object.entries(how).flatMap(([names, value]) =>
    words(names).map((name) => [name, value] as const),
  );
  const isSwitch = listed.every(([name]) => name === "true" || name === "false");
  // A switch in quotes is a text to YAML.
  const spelt = typeof raw === "boolean" ? String(raw) : raw === "true" || raw === "false" ? undefined : raw;
  const match = listed.find(([name]) => name === spelt);
  if (match !== undefined || (isSwitch && typeof raw === "boolean")) return match?.[1];
  return { must: isSwitch ? "true or false" : `one of ${listed.map(([name]) => name).join(", ")}` };
}

/** A positive integer, as a number or, since the tools take that too, in quotes. */
export function count(raw: unknown): FieldValue<number> {
  const number = typeof raw === "string" && /^\d+$/.test(raw) ? Number(raw) : raw;
  const valid = typeof number === "number" && Number.isSafeInteger(number) && number > 0;
  return valid ? number : { must: "a positive integer" };
}

/** A number of passes before a step: whether there are several. */
export function areSeveral(raw: unknown): FieldValue<boolean> {
  const passes = count(raw);
  return typeof passes === "number" ? passes > 1 : (passes as FieldValue<boolean>);
}

/** A share p, 0 ≤ p < 1. */
export function share(raw: unknown): FieldValue<number> {
  return typeof raw === "number" && raw >= 0 && raw < 1 ? raw : { must: "at least 0 and below 1" };
}

export function text(raw: unknown): FieldValue<string> {
  return typeof raw === "string" && raw !== "" ? raw : { must: "a text" };
}

export const onOff = { true: true, false: false };

/** A switch that is checked, and decides something only with other fields. */
export const checkedOnly = { true: undefined, false: undefined };

/** FP4 takes as many bits as NF4. */
export const fourBitTypes = { "nf4 fp4": undefined };

export function names(raw: unknown): FieldValue<readonly string[]> {
  const valid = Array.isArray(raw) && raw.length > 0 && raw.every((name) => typeof name === "string" && name);
  return valid ? (raw as string[]) : { must: "a list of names" };
}

/** Layers as PEFT takes them: a list, `all-linear`, or a regular expression. */
export function peftTargets(raw: unknown): FieldValue<"all-linear" | readonly string[]> {
  if (typeof raw !== "string" || raw === "") return names(raw);
  return raw === "all-linear" ? raw : { unread: "is a regular expression" };
}

/** Says that a field names `what` ("a format") of which no estimate is made. */
export function notModelled(what: string): { readonly unread: string } {
  return { unread: `is ${what} that is not modelled` };
}

/** An optimiser by one of the names that a tool has for it. */
export function optimizerNamed(
  namesOf: Readonly<Record<OptimizerName, string>>,
): (raw: unknown) => FieldValue<OptimizerName> {
  return (raw) =>
    memoryNames.optimizer.find((name) => words(namesOf[name]).includes(String(raw))) ??
    notModelled("an optimiser");
}

/** Paged states wait in the host's memory when the device's is full. Only the 8-bit optimiser's are counted so. */
export function pagedStates(path: string): NotCountedRow {
  return {
    only: (fields) => /paged_?(adamw|lion)(_?32bit)?$/i.test(String(fields.get(path))),
    ...{ path, what: "optimiser states that leave the device", direction: "less", settledBy: ["optimizer"] },
  };
}

export function words(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}
