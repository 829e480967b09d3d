import { words } from "../../tools/reading.ts";
import { readings } from "../../tools/readings.ts";
import { type ConfigFields, showValue } from "../../tools/tool.ts";
import type { ReadToolName } from "../../tools/tools.ts";
import { readFields, trainingConfig } from "./read-training-config.ts";

/**
 * Training config fields for these values, such as `chunked_cross_entropy: true` for loss chunked. Undefined if a value
 * needs several fields.
 */
export function fieldsThatSet(file: string, set: Readonly<Record<string, string>>): string | undefined {
  const { tool, ...config } = trainingConfig(file);
  let { fields } = config;
  const lines: string[] = [];
  for (const [name, value] of Object.entries(set)) {
    const found = fieldThatSets(fields, tool, name, value);
    if (found === undefined) return undefined;
    const [path, raw] = found;
    fields = fields.with(path, raw);
    lines.push(`${path}: ${Array.isArray(raw) ? `[${raw.join(", ")}]` : raw}`);
  }
  return lines.join(", ");
}

type Written = readonly [path: string, raw: unknown];

/** First field and value to set `name` to `value` without changing other values. */
function fieldThatSets(
  fields: ConfigFields,
  tool: ReadToolName,
  name: string,
  value: string,
): Written | undefined {
  const others = (values: ReturnType<typeof valuesOf>) => JSON.stringify({ ...values, [name]: undefined });
  const before = others(valuesOf(fields, tool));
  return spellings(tool, name, value).find(([path, raw]) => {
    const after = valuesOf(fields.with(path, raw), tool);
    return after !== undefined && showValue(after[name]) === value && others(after) === before;
  });
}

function valuesOf(fields: ConfigFields, tool: ReadToolName): Readonly<Record<string, unknown>> | undefined {
  const { config, problems } = readFields(fields, tool);
  if (problems.length > 0) return undefined;
  const { settings, ...plain } = config;
  const all: Readonly<Record<string, unknown>> = { ...plain, ...settings };
  return Object.fromEntries(Object.keys(config.origins).map((name) => [name, all[name]]));
}

/** Candidate config fields and spellings that may set `value`; fields with listed values come first. */
function spellings(tool: ReadToolName, name: string, value: string): Written[] {
  const free = [Number(value), value.split(","), value.replaceAll("-", "_")];
  const own = readings.get(tool)!.rows.filter(([, target]) => target === name);
  const isListed = ([, , how]: (typeof own)[number]): boolean => typeof how !== "function";
  return own
    .toSorted((a, b) => Number(isListed(b)) - Number(isListed(a)))
    .flatMap(([path, , how]) => {
      const listed = typeof how === "function" ? free : Object.keys(how).flatMap(words);
      return [...listed.map((each) => (each === "true" ? true : each)), false].map(
        (raw): Written => [[path].flat().at(-1)!, raw],
      );
    });
}
