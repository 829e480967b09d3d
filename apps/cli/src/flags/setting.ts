import type { Kind, ValueOf } from "./kinds.ts";

/** Setting of a command. A command with another default defines another setting. */
export interface Setting extends Details {
  /** Flag without dashes; also the key in a sweep's file. */
  readonly key: string;
  readonly kind: Kind;
  readonly help: string;
  readonly group: string;
}

interface Details {
  /** Default as typed. */
  readonly default?: string | number | readonly number[];
  /** Noun for the value in help: `<tokens>`. */
  readonly unit?: string;
  /** Short flag's letter: `o` for `-o`. */
  readonly short?: string;
  readonly required?: true;
  /** Flag only, no key in a sweep's file. */
  readonly flagOnly?: true;
  /** Key only: too large for a command line. */
  readonly fileOnly?: true;
  /** Accepted, but not shown in help. */
  readonly hidden?: true;
  /** Shown by `--help --all` only. */
  readonly expert?: true;
  /** Environment variable, read if the flag is absent. */
  readonly environment?: string;
  /** Only executor taking this setting. */
  readonly executor?: string;
  /** Path, saved as absolute in a results folder. */
  readonly isPath?: true;
  /** Ignored if another trainer's command trains. */
  readonly engineOnly?: true;
  /** Passed on to another trainer's command. */
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

/** Adds to settings the commands that take them. */
export function takenBy<const Names extends readonly SweepCommand[], const Rows extends readonly Setting[]>(
  commands: Names,
  ...rows: Rows
): { readonly [Index in keyof Rows]: Rows[Index] & { readonly commands: Names } } {
  return rows.map((row) => ({ ...row, commands })) as never;
}

type Required = { readonly required: true };

/** Values by key; required settings are always present. */
export type ValuesOf<Row extends { readonly key: string; readonly kind: unknown }> = {
  readonly [One in Exclude<Row, Required> as One["key"]]?: ValueOf<One["kind"]>;
} & { readonly [One in Extract<Row, Required> as One["key"]]: ValueOf<One["kind"]> };

export function flagsOf(settings: readonly Setting[]): readonly Setting[] {
  return settings.filter(({ fileOnly }) => fileOnly !== true);
}
