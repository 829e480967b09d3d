import { shellWord } from "../text.ts";
import type { RequestedSettings } from "./kept-settings.ts";
import { flagsOf, type SettingsOf } from "./table.ts";

/** The command lines of a sweep. */
export interface SweepCommands {
  /** The words after `lorank` that make this sweep in a new folder: what was typed, with what the folder said instead. */
  readonly whole: readonly string[];
  /** The words after `lorank` that go on with it in its folder. */
  readonly resume: readonly string[];
}

export function sweepCommands(
  { settings, inherited }: Pick<RequestedSettings<SettingsOf<"sweep">>, "settings" | "inherited">,
  { out, typed }: { readonly out: string; readonly typed: readonly string[] },
): SweepCommands {
  const flags = new Set(flagsOf("sweep").map(({ key }) => key));
  const said = inherited
    .filter((key) => flags.has(key))
    .flatMap((key) => flagWords(key, (settings as Record<string, unknown>)[key]));
  return {
    whole: [...typed, ...said],
    resume: resumeWords(out),
  };
}

/** A folder keeps its settings, and those of an extension from its first trial on. */
export function resumeWords(out: string): string[] {
  return ["sweep", "--out", out];
}

/** `lorank sweep --out 'my folder'`. */
export function shellCommand(words: readonly string[]): string {
  return ["lorank", ...words].map(shellWord).join(" ");
}

/** A setting as it is typed. */
function flagWords(key: string, value: unknown): string[] {
  if (typeof value === "boolean") return [value ? `--${key}` : `--no-${key}`];
  return [`--${key}`, Array.isArray(value) ? value.join(",") : String(value)];
}
