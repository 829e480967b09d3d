import type { OptimizerName, TrainedModule } from "@lorank/core/memory";
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
  // Quoted switches are texts in YAML, and match nothing.
  const spelt = typeof raw === "boolean" ? String(raw) : raw === "true" || raw === "false" ? undefined : raw;
  const match = listed.find(([name]) => name === spelt);
  if (match !== undefined || (isSwitch && typeof raw === "boolean")) return match?.[1];
  return { must: isSwitch ? "true or false" : `one of ${listed.map(([name]) => name).join(", ")}` };
}

/** Positive integer; quotes are accepted, as by the tools. */
export function count(raw: unknown): FieldValue<number> {
  const number = typeof raw === "string" && /^\d+$/.test(raw) ? Number(raw) : raw;
  const valid = typeof number === "number" && Number.isSafeInteger(number) && number > 0;
  return valid ? number : { must: "a positive integer" };
}

/** Gradient accumulation as a switch: true for more than one step. */
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

/** Conversion that checks a switch's value and decides nothing; conditional rows use it. */
export const checkedOnly = { true: undefined, false: undefined };

/** Conversion of 4-bit types that decides nothing: FP4 and NF4 need equal memory. */
export const fourBitTypes = { "nf4 fp4": undefined };

export function names(raw: unknown): FieldValue<readonly string[]> {
  const valid = Array.isArray(raw) && raw.length > 0 && raw.every((name) => typeof name === "string" && name);
  return valid ? (raw as string[]) : { must: "a list of names" };
}

/** PEFT's target modules: a list, `all-linear`, or a regular expression, which whole paths of layers must match. */
export function peftTargets(raw: unknown): FieldValue<"all-linear" | readonly string[] | RegExp> {
  if (typeof raw !== "string" || raw === "") return names(raw);
  return raw === "all-linear" ? raw : patternOf(raw);
}

/** Group that is repeated and holds a repetition, which takes forever on some texts. */
const nestedRepetition = /[+*}][^()]*\)[+*{]/;

/** Python's regular expression as JavaScript's, which differ in rare syntax such as named groups. */
function patternOf(text: string): RegExp | { readonly unread: string } {
  if (nestedRepetition.test(text)) return { unread: "is a regular expression that repeats a repetition" };
  try {
    return new RegExp(text);
  } catch {
    return { unread: "is a regular expression that is Python's alone" };
  }
}

/** Last parts of embeddings' and heads' names in transformers' models. */
const trainedModules: Readonly<Record<TrainedModule, string>> = {
  embeddings: "embed_tokens wte embed_in word_embeddings tok_embeddings",
  head: "lm_head embed_out",
};

function moduleNamed(name: string): TrainedModule | undefined {
  const last = name.slice(name.lastIndexOf(".") + 1);
  return (["embeddings", "head"] as const).find((module) => words(trainedModules[module]).includes(last));
}

/** Modules trained in full, by a list or comma-separated names. Other modules are left to what is not counted. */
export function modulesToSave(raw: unknown): FieldValue<readonly TrainedModule[]> {
  const listed = typeof raw === "string" ? raw.split(",").map((name) => name.trim()) : raw;
  if (!Array.isArray(listed)) return { must: "a list of names" };
  const modules = new Set(listed.flatMap((name) => moduleNamed(String(name)) ?? []));
  return modules.size === 0 ? undefined : [...modules].toSorted();
}

/** Tests if all these modules are embeddings or heads of language models, which estimates count. */
export function areCountedModules(names: unknown): boolean {
  const listed = typeof names === "string" ? names.split(",") : [names].flat();
  return listed.every((name) => moduleNamed(String(name).trim()) !== undefined);
}

/** Marks a value as not modelled; `what` names it, such as "a format". */
export function notModelled(what: string): { readonly unread: string } {
  return { unread: `is ${what} that is not modelled` };
}

export function optimizerNamed(
  namesOf: Readonly<Record<OptimizerName, string>>,
): (raw: unknown) => FieldValue<OptimizerName> {
  return (raw) =>
    memoryNames.optimizer.find((name) => words(namesOf[name]).includes(String(raw))) ??
    (fewerStates.test(String(raw)) ? boundByAdamw : notModelled("an optimiser"));
}

/** Optimisers with fewer states than AdamW: one a matrix, those of a block at a time, or of a low rank. */
const fewerStates = /galore|apollo|badam|adam_?mini|muon/i;
const boundByAdamw = { value: "adamw-fused", origin: "counted as AdamW, which keeps more" } as const;

/** Uncounted saving of {@link fewerStates}. */
export function savedStates(path: string): NotCountedRow {
  return {
    only: (fields) => fewerStates.test(String(fields.get(path))),
    ...{ path, what: "states that AdamW has and this optimiser has not", direction: "less" },
    settledBy: ["optimizer"],
  };
}

/** Uncounted part for paged optimisers, whose states move to host memory when the device is full. */
export function pagedStates(path: string): NotCountedRow {
  return {
    only: (fields) => /paged_?(adamw|lion)(_?32bit)?$/i.test(String(fields.get(path))),
    ...{ path, what: "optimiser states that leave the device", direction: "less", settledBy: ["optimizer"] },
  };
}

export function words(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}
