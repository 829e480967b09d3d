import type { OptimizerName } from "@lorank/core/memory";
import { memoryNames } from "@lorank/core/memory-names";
import type { Condition, ConfigFields, Convert, FieldRow, FieldValue, NotCountedRow } from "./tool.ts";

export function when(only: Condition, rows: readonly FieldRow[]): FieldRow[] {
  return rows.map(([path, target, how, otherwise]) => [path, target, how, otherwise, only] as FieldRow);
}

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
  // Quoted switches are texts to YAML.
  const spelt = typeof raw === "boolean" ? String(raw) : raw === "true" || raw === "false" ? undefined : raw;
  const match = listed.find(([name]) => name === spelt);
  if (match !== undefined || (isSwitch && typeof raw === "boolean")) return match?.[1];
  return { must: isSwitch ? "true or false" : `one of ${listed.map(([name]) => name).join(", ")}` };
}

/** Positive integer, also in quotes, as the tools take it. */
export function count(raw: unknown): FieldValue<number> {
  const number = typeof raw === "string" && /^\d+$/.test(raw) ? Number(raw) : raw;
  const valid = typeof number === "number" && Number.isSafeInteger(number) && number > 0;
  return valid ? number : { must: "a positive integer" };
}

/** Passes before a step: tells if there are several. */
export function areSeveral(raw: unknown): FieldValue<boolean> {
  const passes = count(raw);
  return typeof passes === "number" ? passes > 1 : (passes as FieldValue<boolean>);
}

export function share(raw: unknown): FieldValue<number> {
  return typeof raw === "number" && raw >= 0 && raw < 1 ? raw : { must: "at least 0 and below 1" };
}

export function text(raw: unknown): FieldValue<string> {
  return typeof raw === "string" && raw !== "" ? raw : { must: "a text" };
}

export const onOff = { true: true, false: false };

/** Switch that decides only together with other fields. */
export const checkedOnly = { true: undefined, false: undefined };

/** FP4 takes as many bits as NF4. */
export const fourBitTypes = { "nf4 fp4": undefined };

export function names(raw: unknown): FieldValue<readonly string[]> {
  const valid = Array.isArray(raw) && raw.length > 0 && raw.every((name) => typeof name === "string" && name);
  return valid ? (raw as string[]) : { must: "a list of names" };
}

/** PEFT's layers: a list, `all-linear`, or a regular expression. */
export function peftTargets(raw: unknown): FieldValue<"all-linear" | readonly string[]> {
  if (typeof raw !== "string" || raw === "") return names(raw);
  return raw === "all-linear" ? raw : { unread: "is a regular expression" };
}

/** Field that names `what` ("a format") without an estimate. */
export function notModelled(what: string): { readonly unread: string } {
  return { unread: `is ${what} that is not modelled` };
}

export function optimizerNamed(
  namesOf: Readonly<Record<OptimizerName, string>>,
): (raw: unknown) => FieldValue<OptimizerName> {
  return (raw) =>
    memoryNames.optimizer.find((name) => words(namesOf[name]).includes(String(raw))) ??
    notModelled("an optimiser");
}

/** Paged states move to host memory when the device's is full. Only the 8-bit optimiser's are counted so. */
export function pagedStates(path: string): NotCountedRow {
  return {
    only: (fields) => /paged_?(adamw|lion)(_?32bit)?$/i.test(String(fields.get(path))),
    ...{ path, what: "optimiser states that leave the device", direction: "less", settledBy: ["optimizer"] },
  };
}

export function words(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}
