import type { Kind, ValueOf } from "./kinds.ts";

/** Setting of a command. Another default elsewhere makes another setting. */
export interface Setting extends Details {
  /** Flag without dashes, and key in a sweep's file. */
  readonly key: string;
  readonly kind: Kind;
  readonly help: string;
  /** Heading in help. */
  readonly group: string;
}

interface Details {
  /** Default as typed. */
  readonly default?: string | number | readonly number[];
  /** Noun in the place of a value in help: `<tokens>`. */
  readonly unit?: string;
  /** Letter of a short flag: `o` for `-o`. */
  readonly short?: string;
  /** Flag without which the command does not run. */
  readonly required?: true;
  /** Not a key of a sweep's file. */
  readonly flagOnly?: true;
  /** Not a flag: too large for a command line. */
  readonly fileOnly?: true;
  /** Accepted, but shown nowhere. */
  readonly hidden?: true;
  /** Shown by `--help --all` alone. */
  readonly expert?: true;
  /** Environment variable, read where no flag is typed. */
  readonly environment?: string;
  /** Executor that alone takes it. */
  readonly executor?: string;
  /** Paths are saved absolute with a results folder. */
  readonly isPath?: true;
  /** Ignored where another trainer's command trains. */
  readonly engineOnly?: true;
  /** Passed to another trainer's command. */
  readonly forCommand?: true;
  /** Program named in the value, which a foreign folder would run; undefined for none. */
  readonly programOf?: (value: never) => string | undefined;
}

export type Example = readonly [command: string, purpose: string];

/** Commands that read a sweep's file. */
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

/** Adds to settings the commands that take them, of those that read a sweep's file. */
export function takenBy<const Names extends readonly SweepCommand[], const Rows extends readonly Setting[]>(
  commands: Names,
  ...rows: Rows
): { readonly [Index in keyof Rows]: Rows[Index] & { readonly commands: Names } } {
  return rows.map((row) => ({ ...row, commands })) as never;
}

type Required = { readonly required: true };

/** Values by key; required ones are always there. */
export type ValuesOf<Row extends { readonly key: string; readonly kind: unknown }> = {
  readonly [One in Exclude<Row, Required> as One["key"]]?: ValueOf<One["kind"]>;
} & { readonly [One in Extract<Row, Required> as One["key"]]: ValueOf<One["kind"]> };

export function flagsOf(settings: readonly Setting[]): readonly Setting[] {
  return settings.filter(({ fileOnly }) => fileOnly !== true);
}
