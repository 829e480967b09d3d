import { InputError, nearest } from "@lorank/core";
import type { Command } from "../../command.ts";
import { camelCase } from "../../flags/flag-names.ts";
import { helpBesideSchema, helpText } from "../../flags/help.ts";
import { flagsOf, type Setting } from "../../flags/setting.ts";
import { assertHarmless } from "./refuse.ts";

export interface Inputs {
  readonly command: string;
  readonly names: readonly NamedArgument[];
  readonly flags: readonly Setting[];
}

interface NamedArgument {
  readonly name: string;
  readonly help: string;
  readonly isRequired: boolean;
  readonly isList: boolean;
}

export function inputsOf(command: Command): Inputs {
  const { without = [] } = command.tool ?? {};
  const names = command.arguments.map(([syntax, help]) => ({
    name: syntax.replace(/[<>[\].]/g, ""),
    help,
    isRequired: syntax.startsWith("<"),
    isList: syntax.includes("..."),
  }));
  const flags = flagsOf(command.settings).filter(
    ({ key, hidden }) => hidden !== true && !without.includes(key),
  );
  return { command: command.name, names, flags };
}

export function inputSchema({ names, flags }: Inputs): object {
  const text = { type: "string" };
  const ofNames = names.map(({ name, help, isList }) => [
    name,
    { ...(isList ? { type: "array", items: text } : text), description: help },
  ]);
  const ofFlags = flags.map((flag) => [
    flag.key,
    {
      ...withoutLengths(flag.kind.schema),
      description: "enum" in flag.kind.schema ? helpBesideSchema(flag) : helpText(flag),
    },
  ]);
  return {
    type: "object",
    properties: Object.fromEntries([...ofNames, ...ofFlags]),
    required: requiredOf({ names, flags }),
    additionalProperties: false,
  };
}

/** Schema without the rule that texts are not empty, on fifty of which a model need not spend its context. */
function withoutLengths(schema: object): object {
  return JSON.parse(JSON.stringify(schema, (key, value) => (key === "minLength" ? undefined : value)));
}

function requiredOf({ names, flags }: Pick<Inputs, "names" | "flags">): string[] {
  const ofNames = names.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  return [...ofNames, ...flags.filter(({ required }) => required === true).map(({ key }) => key)];
}

/**
 * Turns a tool's JSON input into Commander's arguments and flags; a flag's number becomes text. Throws `E_USAGE` for
 * unknown or missing names and arguments that are not text, and what {@link assertHarmless} throws.
 */
export function typedInput(inputs: Inputs, values: Readonly<Record<string, unknown>>) {
  const known = [...inputs.names.map(({ name }) => name), ...inputs.flags.map(({ key }) => key)];
  const present = Object.entries(values).filter(([, value]) => value !== null);
  for (const [key] of present) if (!known.includes(key)) throw unknown(key, known, inputs.command);
  assertHarmless(values);
  const missing = requiredOf(inputs).filter((key) => !present.some(([name]) => name === key));
  if (missing.length > 0) throw new InputError("E_USAGE", `${missing.join(", ")} must be present, got none`);
  const flags = inputs.flags
    .filter(({ key }) => values[key] !== undefined && values[key] !== null)
    .map((flag) => [camelCase(flag.key), asTyped(flag, values[flag.key])]);
  return {
    names: inputs.names.map((one) => argumentOf(one, values[one.name])),
    flags: Object.fromEntries(flags),
  };
}

function unknown(key: string, known: readonly string[], command: string): InputError {
  const meant = nearest(key.replaceAll("_", "-"), known);
  const hint = meant === undefined ? "" : `. Did you mean ${meant}?`;
  return new InputError("E_USAGE", `${key} must be an argument of ${command}, got an unknown one${hint}`);
}

function argumentOf({ name, isList }: NamedArgument, value: unknown): string | readonly string[] | undefined {
  if (value === undefined || value === null) return isList ? [] : undefined;
  const texts = Array.isArray(value) ? value : [value];
  const isRight =
    (isList || !Array.isArray(value)) && texts.every((text) => typeof text === "string" && text !== "");
  if (isRight) return isList ? texts : texts[0];
  const rule = isList ? "a list of texts" : "a text";
  throw new InputError("E_USAGE", `${name} must be ${rule}, got ${JSON.stringify(value)}`);
}

/** Tool input value in Commander's form: a text, a switch, or a repeatable flag's texts. */
function asTyped({ kind }: Setting, value: unknown): unknown {
  const isSwitch = kind.placeholder === undefined;
  if (typeof value === "string" || Array.isArray(value) || (isSwitch && typeof value === "boolean"))
    return value;
  return JSON.stringify(value);
}
