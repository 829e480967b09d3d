import type { Kind, ValueOf } from "./kinds.ts";

/** One setting of a command. A key with another default elsewhere is another setting there. */
export interface Setting extends Details {
  /** The flag without its dashes, and the key in a sweep's file. */
  readonly key: string;
  readonly kind: Kind;
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

/** A command line and what it is for. */
export type Example = readonly [command: string, purpose: string];

/** Commands that read the file of a sweep. */
export type SweepCommand = "sweep" | "plan" | "train";

/** Makes settings under one heading of help. */
export function under(group: string) {
  return <const Key extends string, Value, const More extends Details = Details>(
    key: Key,
    kind: Kind<Value>,
    help: string,
    details?: More,
  ) => ({ key, kind, help, group, ...(details as More) });
}

const questions = "What is asked:";

/** Makes settings that say what to find out. */
export const question = under(questions);
export const questionIn = underIn(questions);

/** Makes settings of some commands that read a sweep's file, under one heading of help. */
export function underIn(group: string) {
  return <
    const Key extends string,
    Value,
    const Names extends readonly SweepCommand[],
    const More extends Details = Details,
  >(
    key: Key,
    kind: Kind<Value>,
    commands: Names,
    help: string,
    details?: More,
  ) => ({ key, kind, commands, help, group, ...(details as More) });
}

type Required = { readonly required: true };

/** Values of settings by their keys. A required one is always there. */
export type ValuesOf<Row extends { readonly key: string; readonly kind: unknown }> = {
  readonly [One in Exclude<Row, Required> as One["key"]]?: ValueOf<One["kind"]>;
} & { readonly [One in Extract<Row, Required> as One["key"]]: ValueOf<One["kind"]> };

/** Those of a command's settings that are flags. */
export function flagsOf(settings: readonly Setting[]): readonly Setting[] {
  return settings.filter(({ fileOnly }) => fileOnly !== true);
}
