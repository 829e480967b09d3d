import { InputError, isInputError } from "@lorank/core";

type Camel<Key extends string> = Key extends `${infer First}-${infer Rest}`
  ? `${First}${Capitalize<Camel<Rest>>}`
  : Key;

export type CamelKeys<Settings> = { [Key in keyof Settings as Camel<Key & string>]: Settings[Key] };

export function camelCase(key: string): string {
  return key.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

export function camelKeys<Settings extends object>(settings: Settings): CamelKeys<Settings> {
  const entries = Object.entries(settings).map(([key, value]) => [camelCase(key), value]);
  return Object.fromEntries(entries) as CamelKeys<Settings>;
}

/** Flag of a setting of @lorank/sweep: `--learning-rate`. */
export function flagOf(setting: string): string {
  return `--${setting.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Errors about the results folder or the queue name flags; any other error is returned as it is. */
export function inFlagWords(error: unknown): unknown {
  if (!isInputError(error)) return error;
  return new InputError(error.code, error.message.replace(/^(out|redis) must/, "--$1 must"), {
    cause: error,
  });
}
