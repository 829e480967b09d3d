import { shellWord } from "../text.ts";
import { count, type Kind, list, onOff, text, time } from "./kinds.ts";

type Members = Readonly<Record<string, unknown>>;

/** Keys and values, of which those in `required` must be there. */
export function objectOf(
  parts: Readonly<Record<string, Kind>>,
  required: readonly string[] = [],
): Kind<Members> {
  const faults = (value: unknown): string[] => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      return [` must be keys and values`];
    const missing = required.filter((key) => !Object.hasOwn(value, key));
    const absent = missing.map((key) => `.${key} must be ${parts[key]!.rule}, got nothing`);
    const wrong = Object.entries(value).flatMap(([key, member]) => {
      const kind = Object.hasOwn(parts, key) ? parts[key] : undefined;
      if (kind === undefined)
        return [`: unknown key "${key}", the keys are ${Object.keys(parts).join(", ")}`];
      if (kind.faults !== undefined) return kind.faults(member).map((fault) => `.${key}${fault}`);
      return kind.parse(member) === undefined
        ? [`.${key} must be ${kind.rule}, got ${JSON.stringify(member)}`]
        : [];
    });
    return [...absent, ...wrong];
  };
  return {
    rule: `keys and values: ${Object.keys(parts).join(", ")}`,
    fromText: (written) => written,
    faults,
    parse: (value) =>
      faults(value).length > 0
        ? undefined
        : Object.fromEntries(
            Object.entries(value as object).map(([key, member]) => [key, parts[key]!.parse(member)]),
          ),
    schema: {
      type: "object",
      properties: Object.fromEntries(Object.entries(parts).map(([key, { schema }]) => [key, schema])),
      additionalProperties: false,
      ...(required.length > 0 ? { required } : {}),
    },
  };
}

/** List of one or more values of a kind; `rule` is the list's own. */
export function listOf<Item extends Members>(kind: Kind<Members>, rule: string): Kind<readonly Item[]> {
  const faults = (value: unknown): string[] =>
    Array.isArray(value) && value.length > 0
      ? value.flatMap((item, place) => kind.faults!(item).map((fault) => `[${place}]${fault}`))
      : [` must be ${rule}`];
  return {
    rule,
    fromText: (written) => written,
    faults,
    parse: (value) =>
      faults(value).length > 0 ? undefined : (value as unknown[]).map((item) => kind.parse(item) as Item),
    schema: { type: "array", minItems: 1, items: kind.schema },
  };
}

export interface TrainerInFile {
  readonly command: readonly string[];
  readonly evaluate?: readonly string[];
  readonly files?: readonly string[];
  readonly test?: boolean;
  /** Time limit for a trainer's command, as text; `time` parses it to seconds. */
  readonly timeout?: string;
  readonly "exit-codes"?: { readonly diverged?: number; readonly "out-of-memory"?: number };
  readonly name?: string;
}

/** Command as typed, for messages; the content may be unchecked. */
export function commandLine({ command }: { readonly command: unknown }): string {
  return Array.isArray(command) ? command.map((word) => shellWord(String(word))).join(" ") : "its trainer";
}

/** Command line as a list of words. A single text is refused: splitting it would need a shell. */
const words: Kind<readonly string[]> = {
  rule: 'a list with a program and its arguments, such as [python, train.py, --rank, "{rank}"]',
  fromText: (written) => written,
  parse: (value) => {
    if (!Array.isArray(value) || value.length === 0) return undefined;
    const isWord = (word: unknown): boolean => typeof word === "string" || typeof word === "number";
    return value.every(isWord) && String(value[0]) !== "" ? value.map(String) : undefined;
  },
  schema: { type: "array", minItems: 1, items: { type: ["string", "number"] } },
};

const exitCode: Kind<number> = {
  ...count,
  rule: "a number from 1 to 255",
  parse: (value) => {
    const code = count.parse(value);
    return code !== undefined && code < 256 ? code : undefined;
  },
};

const exitCodes = { diverged: exitCode, "out-of-memory": exitCode } as const;

const members = {
  command: words,
  evaluate: words,
  files: list("a list of different files", text("a file", "file")),
  test: onOff,
  timeout: {
    ...time,
    parse: (value: unknown) => (time.parse(value) === undefined ? undefined : String(value)),
  },
  "exit-codes": objectOf(exitCodes),
  name: text("a name", "name"),
} as const;

export const trainer = objectOf(members, ["command"]) as unknown as Kind<TrainerInFile>;
