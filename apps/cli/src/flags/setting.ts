import type { Kind, ValueOf } from "./kinds.ts";

/** Setting of a command: a flag, a key in a sweep's file, or both. */
export interface Setting extends Details {
  /** Flag without dashes; also the key in a sweep's file. */
  readonly key: string;
  readonly kind: Kind;
  readonly help: string;
  readonly group: string;
}

interface Details {
  /** Default value, as typed. */
  readonly default?: string | number | readonly number[];
  /** Noun for the value in help: `<tokens>`. */
  readonly unit?: string;
  /** Letter of the short flag: `o` for `-o`. */
  readonly short?: string;
  readonly required?: true;
  /** Marks a flag that is no file key. */
  readonly flagOnly?: true;
  /** Marks a file key that is no flag: too large for a command line. */
  readonly fileOnly?: true;
  /** Marks a flag accepted, but not shown in help. */
  readonly hidden?: true;
  /** Marks a flag shown by `--help --all` only. */
  readonly expert?: true;
  /** Environment variable that is read if the flag is absent. */
  readonly environment?: string;
  /** Executor's name, if only that takes the setting. */
  readonly executor?: string;
  /** Marks a path, saved as absolute in a results folder. */
  readonly isPath?: true;
  /** Marks a setting ignored if another trainer's command trains. */
  readonly engineOnly?: true;
  /** Marks a setting passed on to another trainer's command. */
  readonly forCommand?: true;
  /** Program named in the value, which would run from another user's folder; undefined if none. */
  readonly programOf?: (value: never) => string | undefined;
}

export type Example = readonly [command: string, purpose: string];

/** Commands reading a sweep's file. */
export type SweepCommand = "sweep" | "plan" | "train";

/** Makes settings under one help heading. */
export function under(group: string) {
  return <const Key extends string, Value, const More extends Details = Details>(
    key: Key,
    kind: Kind<Value>,
    help: string,
    details?: More,
  ) => ({ key, kind, help, group, ...(details as More) });
}

/** Adds to each setting the names of the commands that take it. */
export function takenBy<const Names extends readonly SweepCommand[], const Rows extends readonly Setting[]>(
  commands: Names,
  ...rows: Rows
): { readonly [Index in keyof Rows]: Rows[Index] & { readonly commands: Names } } {
  return rows.map((row) => ({ ...row, commands })) as never;
}

type Required = { readonly required: true };

/** Settings' values by key; required settings are always present. */
export type ValuesOf<Row extends { readonly key: string; readonly kind: unknown }> = {
  readonly [One in Exclude<Row, Required> as One["key"]]?: ValueOf<One["kind"]>;
} & { readonly [One in Extract<Row, Required> as One["key"]]: ValueOf<One["kind"]> };

export function flagsOf(settings: readonly Setting[]): readonly Setting[] {
  return settings.filter(({ fileOnly }) => fileOnly !== true);
}
