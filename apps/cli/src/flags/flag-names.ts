import { InputError, isInputError, kebabCase } from "@lorank/core";

export function flagWords(key: string, value: unknown): string[] {
  if (typeof value === "boolean") return [value ? `--${key}` : `--no-${key}`];
  return [`--${key}`, Array.isArray(value) ? value.join(",") : String(value)];
}

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

/** Flag for a setting in @lorank/sweep: `--learning-rate` for `learningRate`. */
export function flagOf(setting: string): string {
  return `--${kebabCase(setting)}`;
}

/**
 * Rewrites an error on one of these settings to name its flag; returns other errors unchanged.
 *
 * @param settings names in the library. (default: the results folder and the queue)
 */
export function inFlagWords(error: unknown, settings: readonly string[] = ["out", "redis"]): unknown {
  if (!isInputError(error)) return error;
  const message = error.message.replace(/^\w+(?= must )/gm, (field) =>
    settings.includes(field) ? flagOf(field) : field,
  );
  return message === error.message ? error : new InputError(error.code, message, { cause: error });
}
