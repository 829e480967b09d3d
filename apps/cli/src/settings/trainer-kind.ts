import type { Kind } from "./kinds.ts";
import { count, list, onOff, text, time } from "./kinds.ts";
import { objectOf } from "./object-kind.ts";

/** `trainer:` of a sweep's file, as it is written there. */
export interface TrainerInFile {
  readonly command: readonly string[];
  readonly evaluate?: readonly string[];
  readonly files?: readonly string[];
  readonly test?: boolean;
  /** In seconds once it is read with `time`. */
  readonly timeout?: string;
  readonly "exit-codes"?: { readonly diverged?: number; readonly "out-of-memory"?: number };
  readonly name?: string;
}

/** Words of a command line. A text would have to be taken apart by a shell, which nothing passes through. */
const words: Kind<readonly string[]> = {
  rule: 'a list with a program and its arguments, such as [python, train.py, --rank, "{rank}"]',
  fromText: (given) => given,
  parse: (value) => {
    if (!Array.isArray(value) || value.length === 0) return undefined;
    const isWord = (word: unknown): boolean => typeof word === "string" || typeof word === "number";
    return value.every(isWord) && String(value[0]) !== "" ? value.map(String) : undefined;
  },
  schema: { type: "array", minItems: 1, items: { type: ["string", "number"] } },
};

/** Every exit code but 0, which says that all is well. */
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

const anyMembers = objectOf(members);

/** The commands of another trainer. */
export const trainer: Kind<TrainerInFile> = {
  ...anyMembers,
  faults: (value) => {
    const faults = anyMembers.faults!(value);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject && !Object.hasOwn(value, "command")
      ? [`.command must be ${words.rule}, got nothing`, ...faults]
      : faults;
  },
  parse: (value) =>
    trainer.faults!(value).length > 0 ? undefined : (anyMembers.parse(value) as unknown as TrainerInFile),
  schema: { ...anyMembers.schema, required: ["command"] },
};
