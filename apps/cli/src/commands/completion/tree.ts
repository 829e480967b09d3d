import type { Command } from "../../command.ts";
import { commonFlags } from "../../flags/help.ts";
import { flagsOf, type Setting } from "../../flags/setting.ts";

/** Shell completion of an argument or flag value: listed names, a path, or `other` for free text. */
export type CompletedValue =
  | { readonly kind: "names"; readonly names: readonly string[] }
  | { readonly kind: "file" | "folder" | "other" };

export interface Flag {
  /** Spellings of the flag, short first: `-o`, `--out`. */
  readonly words: readonly string[];
  readonly help: string;
  readonly value?: CompletedValue;
}

export interface Completed {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly Flag[];
  readonly arguments: readonly CompletedValue[];
  readonly isVariadic: boolean;
}

export function completionTree(commands: readonly Command[]): Completed[] {
  const names = commands.map(({ name }) => name);
  const rows = commands.map(({ name, summary, settings, arguments: taken }): Completed => {
    const own = flagsOf(settings).filter(({ hidden }) => hidden !== true);
    const common = commonFlags.map(([flag, help]) => ({ words: flag.split(", "), help }));
    const values = taken.map(([syntax]) => argumentValue(syntax));
    const isVariadic = taken.at(-1)?.[0].includes("...") ?? false;
    return { name, summary, flags: [...own.map(flagOf), ...common], arguments: values, isVariadic };
  });
  const help = { name: "help", summary: "print the help of a command", flags: [], isVariadic: false };
  return [...rows, { ...help, arguments: [{ kind: "names", names }] }];
}

function flagOf({ key, kind, help, short }: Setting): Flag {
  const words = [...(short === undefined ? [] : [`-${short}`]), `--${key}`];
  if (kind.placeholder === undefined) return { words, help };
  return { words, help, value: flagValue(kind.placeholder, kind.names) };
}

function flagValue(placeholder: string, names: readonly string[] | undefined): CompletedValue {
  if (names !== undefined) return { kind: "names", names };
  if (["file", "model", "data"].includes(placeholder)) return { kind: "file" };
  return { kind: placeholder === "folder" ? "folder" : "other" };
}

/** Completion kinds by argument name: `<out>` and `[folder]` are folders. */
const argumentKinds: Readonly<Record<string, CompletedValue["kind"]>> = {
  file: "file",
  model: "file",
  "models...": "file",
  adapter: "file",
  results: "file",
  "results...": "file",
  first: "file",
  second: "file",
  "answers...": "file",
  "adapter-or-results": "file",
  out: "folder",
  folder: "folder",
  prompt: "other",
  trial: "other",
  "trials...": "other",
};

function argumentValue(syntax: string): CompletedValue {
  const name = syntax.slice(1, -1);
  if (name.includes("|")) return { kind: "names", names: name.split("|") };
  const kind = argumentKinds[name];
  if (kind === undefined || kind === "names") throw new Error(`no kind of value is known for ${syntax}`);
  return { kind };
}

export function inQuotes(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Shells that `lorank completion` has a script for. */
export const shells = ["bash", "zsh", "fish", "powershell"] as const;
