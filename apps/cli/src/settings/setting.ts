import type { RawFlags } from "../output.ts";
import type { Kind } from "./kinds.ts";

export type CommandName =
  | "sweep"
  | "worker"
  | "plan"
  | "train"
  | "eval"
  | "generate"
  | "memory"
  | "inspect"
  | "truncate"
  | "merge"
  | "export"
  | "quantize"
  | "status"
  | "watch"
  | "logs"
  | "cancel"
  | "report"
  | "judge"
  | "verdict"
  | "init"
  | "config"
  | "doctor"
  | "mcp"
  | "completion";

/** One setting as some commands take it. A key with other defaults elsewhere has a row there too. */
export interface Setting extends Details {
  /** The flag without its dashes, and the key in a sweep's file. */
  readonly key: string;
  readonly kind: Kind;
  readonly commands: readonly CommandName[];
  /** One line. */
  readonly help: string;
  /** Heading in help. */
  readonly group: string;
}

interface Details {
  /** The default as a person would write it. */
  readonly default?: string | number | readonly number[];
  /** Noun in the place of a value: `<tokens>`. */
  readonly unit?: string;
  readonly short?: string;
  /** The command does not run without it. */
  readonly required?: true;
  /** No key of a sweep's file. */
  readonly flagOnly?: true;
  /** No flag: too much for a command line. */
  readonly fileOnly?: true;
  /** Still understood, and shown nowhere. */
  readonly hidden?: true;
  /** Rarely needed: `--help` shows it with `--all` alone. */
  readonly expert?: true;
  /** Variable of the environment that holds it where no flag does. */
  readonly environment?: string;
  /** The only executor that takes it. */
  readonly executor?: string;
  /** A path, which is saved with a results folder from the root. */
  readonly isPath?: true;
  /** Decides nothing where another trainer's command trains. */
  readonly engineOnly?: true;
  /** Is passed on to another trainer's command. */
  readonly forCommand?: true;
  /** Names the program in it, which a stranger's folder would run; undefined for a value without one. */
  readonly programOf?: (value: never) => string | undefined;
}

/** Makes the rows under one heading of help. */
export function under(group: string) {
  return <
    const Key extends string,
    Value,
    const Names extends readonly CommandName[],
    const More extends Details = Details,
  >(
    key: Key,
    kind: Kind<Value>,
    commands: Names,
    help: string,
    details?: More,
  ) => ({ key, kind, commands, help, group, ...(details as More) });
}

/** A command line and what it is for. */
export type Example = readonly [command: string, purpose: string];

/** Headings in the list of commands, in their order. */
export const commandGroups = ["Start:", "Look and decide:", "Models and adapters:", "Machines:"] as const;

/** A command: its help, and the function that runs it. Its flags are in the table of settings. */
export interface CommandRow {
  readonly name: CommandName;
  /** `<required>` or `[optional]`, each with its help. */
  readonly arguments: readonly (readonly [syntax: string, help: string])[];
  readonly summary: string;
  /** Heading in the list of commands. */
  readonly group: (typeof commandGroups)[number];
  readonly description: string;
  readonly examples: readonly Example[];
  /** Imports what it needs, so that help does not. Returns what to exit with. */
  readonly run: (flags: RawFlags, ...names: (string | undefined)[]) => Promise<number>;
}
