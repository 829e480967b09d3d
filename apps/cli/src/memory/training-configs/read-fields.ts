import { wordsOf } from "../flags.ts";
import { misspeltKeys } from "./misspelt-keys.ts";
import { effects } from "./not-modelled.ts";
import { convert, type FieldRow, holds, type ToolFields, words } from "./tool-fields.ts";
import {
  type ConfigFields,
  type ConfigValueName,
  type ConfigValues,
  isRecord,
  showValue,
  type TrainingConfig,
  type TrainingTool,
} from "./training-config.ts";

/** What the rows of a tool find, with what else there is to know, and every rule that a field breaks. */
export function readFields(
  fields: ConfigFields,
  tool: TrainingTool,
  tools: Readonly<Record<TrainingTool, ToolFields>>,
): { readonly config: TrainingConfig; readonly problems: readonly string[] } {
  const { of, rows, remarks } = tools[tool];
  const found = new Map<ConfigValueName, Found>();
  const problems = new Set(misspeltKeys(fields, tool, tools));
  for (const row of rows) {
    const [, target, , , only] = row;
    const said = holds(only, fields) ? readRow(fields, row, of) : undefined;
    if (said === undefined) continue;
    if ("problem" in said) problems.add(said.problem);
    else if (!found.has(target)) found.set(target, said);
  }
  const all = [
    ...remarks
      .filter(([only]) => holds(only, fields))
      .map(([, path, remark]) => [fields.at(path), remark].filter(Boolean).join(": ")),
    ...notModelledRemarks(fields),
    ...quantizedRemarks(found.get("model")?.value),
  ];
  return { config: configOf(tool, [...found], all), problems: [...problems] };
}

function notModelledRemarks(fields: ConfigFields): string[] {
  return Object.entries(effects).flatMap(([effect, paths]) =>
    words(paths)
      .filter((path) => fields.isOn(path))
      .map((path) => `${fields.at(path)} is not modelled: ${effect}`),
  );
}

/** A config says what is done to the model; what it is already, only the model's own config says. */
function quantizedRemarks(model: unknown): string[] {
  const isQuantized = /(^|[-_.])(gptq|awq|aqlm|bnb|nvfp4|mxfp4|fp8|[48]bit|int[48])([-_.]|$)/i.test(
    String(model),
  );
  return isQuantized ? [`${model} sounds quantised already: if it is, say in what with --base`] : [];
}

/** A value with where it comes from, or why it cannot be read. */
interface Found {
  readonly value?: unknown;
  readonly origin?: string;
  readonly unread?: string;
}

function readRow(
  fields: ConfigFields,
  [path, , how, otherwise]: FieldRow,
  of: string,
): Found | { readonly problem: string } | undefined {
  const paths = [path].flat();
  const last = paths.at(-1)!;
  const raw = fields.get(last);
  const said = raw === undefined ? otherwise : convert<ConfigValues[ConfigValueName]>(how, raw, fields);
  if (said === undefined) return undefined;
  const at = fields.at(...paths);
  const after = (separator: string, end: string): string => (at === "" ? end : at + separator + end);
  if (!isRecord(said)) {
    const byDefault = `${of}${of.endsWith("s") ? "'" : "'s"} default (${last})`;
    return { value: said, origin: raw === undefined ? after(", ", byDefault) : at };
  }
  if ("must" in said) return { problem: `${last} must be ${said.must}, got ${quoted(raw)}` };
  if ("unread" in said) return { unread: after(" ", said.unread) };
  return { value: said.value, origin: after(", ", said.origin) };
}

const plain: readonly string[] = words("model method rank targets base microBatch seq");

function configOf(
  tool: TrainingTool,
  found: readonly (readonly [ConfigValueName, Found])[],
  remarks: readonly string[],
): TrainingConfig {
  const part = <Key extends keyof Found>(key: Key): [name: ConfigValueName, Found[Key]][] =>
    found.flatMap(([name, each]) => (key in each ? [[name, each[key]]] : []));
  const values = part("value");
  return {
    ...Object.fromEntries(values.filter(([name]) => plain.includes(name))),
    settings: Object.fromEntries(values.filter(([name]) => !plain.includes(name))),
    ...{ tool, profile: tool, remarks },
    origins: Object.fromEntries(part("origin")),
    unread: Object.fromEntries(part("unread")),
    notes: [...found.map(([name, each]) => noteOf(name, each)), ...remarks],
  };
}

function noteOf(name: ConfigValueName, { value, origin, unread }: Found): string {
  const called = name === "model" || name === "rank" ? name : wordsOf(name);
  return unread === undefined
    ? `${origin} → ${called} ${showValue(value)}`
    : `${called} cannot be read: ${unread}`;
}

function quoted(value: unknown): string {
  if (value === undefined) return "nothing";
  return typeof value === "string" ? JSON.stringify(value) : showValue(value);
}
