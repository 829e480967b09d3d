import type { Setting } from "./flags/setting.ts";
import { shellWord } from "./text.ts";

/** Command for a shell: `lorank sweep --out 'my folder'`. */
export function shellCommand(words: readonly string[]): string {
  return ["lorank", ...words].map(shellWord).join(" ");
}

/** Removes flags from a command line, with values, written as one word or two. */
export function withoutFlags(words: readonly string[], flags: readonly Setting[]): string[] {
  const flagAt = (word: string | undefined): Setting | undefined =>
    flags.find(({ key, short }) => word === `--${key}` || (short !== undefined && word === `-${short}`));
  return words.filter((word, i) => {
    const isValue = flagAt(words[i - 1])?.kind.placeholder !== undefined;
    return !isValue && flagAt(word.split("=")[0]) === undefined;
  });
}
