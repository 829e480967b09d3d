import { readFileSync } from "node:fs";
import { InputError } from "@lorank/core";
import type { StackSettings } from "@lorank/core/memory";
import { convert, holds, words } from "../../tools/reading.ts";
import { readings } from "../../tools/readings.ts";
import {
  ConfigFields,
  type ConfigOmission,
  type ConfigValueName,
  type ConfigValues,
  type FieldRow,
  isRecord,
  type Objective,
  showValue,
} from "../../tools/tool.ts";
import { toolOf, unknownConfig } from "../../tools/tool-of.ts";
import type { ReadToolName } from "../../tools/tools.ts";
import { readYaml } from "../../yaml-file.ts";
import { notCountedFields, objectiveOmission } from "./effects.ts";
import { misspeltKeys } from "./known-keys.ts";
import { countedObjective } from "./objective.ts";
import { wordsOf } from "./words.ts";

/** Values in a training config on which memory depends; absent unless the file or the tool's default decides them. */
export interface ReadConfig extends Partial<Omit<ConfigValues, keyof StackSettings>> {
  readonly tool: ReadToolName;
  readonly profile?: string;
  readonly settings: Partial<StackSettings>;
  /** Origin of each value, for people: `lora_r 32`, `axolotl's default (no lora_dropout)`. */
  readonly origins: { readonly [Name in ConfigValueName]?: string };
  /** Reasons why a value cannot be read from the file; a flag must then decide it. */
  readonly unread: { readonly [Name in ConfigValueName]?: string };
  readonly notCounted: readonly ConfigOmission[];
  /** Sentences on other facts in the config that affect the estimate. */
  readonly remarks: readonly string[];
  /** Lines for every value with its origin (`lora_r 32 → rank 32`), then omissions, then remarks. */
  readonly notes: readonly string[];
}

/** Reads a training tool's config. Throws E_FILE, E_YAML, or E_CONFIG with all problems or the expected keys. */
export function readTrainingConfig(path: string): ReadConfig {
  const { fields, tool } = trainingConfig(path);
  const { config, problems } = readFields(fields, tool);
  if (problems.length > 0) {
    throw new InputError("E_CONFIG", problems.map((problem) => `${path}: ${problem}`).join("\n"));
  }
  return config;
}

/** Fields of a training config, and its tool. Throws E_FILE, E_YAML, or E_CONFIG without any tool's keys. */
export function trainingConfig(path: string): { readonly fields: ConfigFields; readonly tool: ReadToolName } {
  const content = readContent(path);
  const fields = new ConfigFields(isRecord(content) ? content : {}, commentsIn(path));
  const tool = toolOf(fields);
  if (tool === undefined) throw unknownConfig(path, fields);
  return { fields, tool };
}

/** Tests if a JSON file has a training tool's keys; one that cannot be read is reported later, as a model's config. */
export function hasToolKeys(path: string): boolean {
  try {
    const content = readContent(path);
    return isRecord(content) && toolOf(new ConfigFields(content)) !== undefined;
  } catch {
    return false;
  }
}

/** Parses YAML 1.1 as the tools do: `yes` is true, and a repeated key's last value counts. */
function readContent(path: string): unknown {
  return readYaml(path, "the training config", { version: "1.1", uniqueKeys: false });
}

function commentsIn(path: string): string {
  return (
    readFileSync(path, "utf8")
      .match(/^\s*#.*$/gm)
      ?.join("\n") ?? ""
  );
}

export function readFields(
  fields: ConfigFields,
  tool: ReadToolName,
): { readonly config: ReadConfig; readonly problems: readonly string[] } {
  const reading = readings.get(tool)!;
  const { defaultsOf, rows, remarks } = reading;
  const values = new Map<ConfigValueName, Origin>();
  const problems = new Set(misspeltKeys(fields, reading, readings));
  for (const row of rows) {
    const [, target, , , only] = row;
    const value = holds(only, fields) ? readRow(fields, row, defaultsOf) : undefined;
    if (value === undefined) continue;
    if ("problem" in value) problems.add(value.problem);
    else if (!values.has(target)) values.set(target, value);
  }
  const { value, origin = "" } = values.get("objective") ?? {};
  const objective = value as Objective | undefined;
  const notCounted = [
    ...(objective === undefined || countedObjective(objective) !== undefined
      ? []
      : [objectiveOmission(objective, origin)]),
    ...notCountedFields(fields, reading),
  ];
  const found = remarks
    .filter(([only]) => holds(only, fields))
    .map(([, path, remark]) => [fields.at(path), remark].filter(Boolean).join(": "));
  return { config: configOf(tool, [...values], { notCounted, remarks: found }), problems: [...problems] };
}

interface Origin {
  readonly value?: unknown;
  readonly origin?: string;
  readonly unread?: string;
}

function readRow(
  fields: ConfigFields,
  [path, , how, otherwise]: FieldRow,
  defaultsOf: string,
): Origin | { readonly problem: string } | undefined {
  const paths = [path].flat();
  const last = paths.at(-1)!;
  const raw = fields.get(last);
  const value = raw === undefined ? otherwise : convert<ConfigValues[ConfigValueName]>(how, raw, fields);
  if (value === undefined) return undefined;
  const at = fields.at(...paths);
  const after = (separator: string, end: string): string => (at === "" ? end : at + separator + end);
  if (!isRecord(value)) {
    const byDefault = `${defaultsOf}${defaultsOf.endsWith("s") ? "'" : "'s"} default (no ${last})`;
    return { value, origin: raw === undefined ? after(", ", byDefault) : at };
  }
  if ("must" in value) return { problem: `${last} must be ${value.must}, got ${gotInWords(raw)}` };
  if ("unread" in value) return { unread: after(" ", value.unread) };
  return { value: value.value, origin: after(", ", value.origin) };
}

const plain: readonly string[] = words(
  `model method rank targets base microBatch seq strategy cards objective reference completion generator generations
    vllmShare trainedModules`,
);

function configOf(
  tool: ReadToolName,
  rows: readonly (readonly [ConfigValueName, Origin])[],
  { notCounted, remarks }: Pick<ReadConfig, "notCounted" | "remarks">,
): ReadConfig {
  const part = <Key extends keyof Origin>(key: Key): [name: ConfigValueName, Origin[Key]][] =>
    rows.flatMap(([name, each]) => (key in each ? [[name, each[key]]] : []));
  const values = part("value");
  const { profile } = readings.get(tool)!;
  return {
    ...Object.fromEntries(values.filter(([name]) => plain.includes(name))),
    settings: Object.fromEntries(values.filter(([name]) => !plain.includes(name))),
    ...{ tool, notCounted, remarks },
    ...(profile !== undefined && { profile }),
    origins: Object.fromEntries(part("origin")),
    unread: Object.fromEntries(part("unread")),
    notes: [...rows.map(([name, each]) => noteOf(name, each)), ...notCounted.map(omissionWords), ...remarks],
  };
}

/** Uncounted part in words: `lora_modules_to_save lm_head → not counted: modules trained in full`. */
function omissionWords({ what, from }: ConfigOmission): string {
  return `${from === undefined ? "" : `${from} → `}not counted: ${what}`;
}

function noteOf(name: ConfigValueName, { value, origin, unread }: Origin): string {
  const words = wordsOf(name);
  return unread === undefined
    ? `${origin} → ${words} ${showValue(value)}`
    : `${words} cannot be read: ${unread}`;
}

function gotInWords(value: unknown): string {
  if (value === undefined) return "nothing";
  return typeof value === "string" ? JSON.stringify(value) : showValue(value);
}
