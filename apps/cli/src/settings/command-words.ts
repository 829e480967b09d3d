import type { Setting } from "../flags/setting.ts";

/** Removes flags and their values, written as one word or two. */
export function withoutFlags(words: readonly string[], flags: readonly Setting[]): string[] {
  const flagAt = (word: string | undefined): Setting | undefined =>
    flags.find(({ key, short }) => word === `--${key}` || (short !== undefined && word === `-${short}`));
  return words.filter((word, i) => {
    const isValue = flagAt(words[i - 1])?.kind.placeholder !== undefined;
    return !isValue && flagAt(word.split("=")[0]) === undefined;
  });
}

export function flagWords(key: string, value: unknown): string[] {
  if (typeof value === "boolean") return [value ? `--${key}` : `--no-${key}`];
  return [`--${key}`, Array.isArray(value) ? value.join(",") : String(value)];
}
