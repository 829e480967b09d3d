import type { StackSettings } from "@lorank/core/memory";
import type { RawFlags } from "../output.ts";
import { camelCase } from "../settings/flag-names.ts";
import { readFlags, throwIfAny } from "../settings/read.ts";
import { type SettingsOf, settingsOf } from "../settings/table.ts";

/** What can be chosen, by the names that `--json` has. */
export type ChoiceName =
  | "ranks"
  | "targets"
  | "base"
  | "method"
  | "labels"
  | "profile"
  | "gpu"
  | "microBatch"
  | "seq"
  | keyof StackSettings;

type CamelCase<Key> = Key extends `${infer First}-${infer Rest}`
  ? `${First}${Capitalize<CamelCase<Rest>>}`
  : Key;
type Setting = Omit<SettingsOf<"memory">, "quantize">;

/** What was typed; undefined where it was not. */
export type MemoryFlags = { readonly [Key in keyof Setting as CamelCase<Key>]?: Setting[Key] };

/** What was typed of {@link ChoiceName}. */
export type TypedChoices = Pick<MemoryFlags, ChoiceName>;

/** The profile of this engine, whose memory is planned from its own programs. */
export const engineProfile = "lorank";

/** Words for what the flag's name does not say. */
const words: Partial<Record<ChoiceName, string>> = {
  labels: "classes",
  gpu: "card",
  seq: "length",
  optimizer: "optimiser",
  adapterDtype: "adapter in",
  kbitPrepare: "k-bit preparation",
  bnbVersion: "bitsandbytes",
};

/**
 * Reads the flags of `lorank memory`. `--quantize` is another name of a 4-bit `--base`.
 *
 * @throws InputError E_CONFIG with all that is wrong with them.
 */
export function readMemoryFlags(flags: RawFlags): MemoryFlags {
  const problems: string[] = [];
  const { quantize, ...given } = readFlags("memory", flags, problems);
  if (quantize !== undefined && given.base !== undefined && given.base !== quantize)
    problems.push(`--quantize must be left out with --base ${given.base}, got ${quantize}`);
  throwIfAny(problems);
  // FP4 takes as many bits as NF4.
  const base = quantize?.replace("fp4", "nf4") ?? given.base;
  const typed = Object.entries({ ...given, ...(base && { base }) }).map(([key, value]) => [
    camelCase(key),
    value,
  ]);
  return Object.fromEntries(typed) as MemoryFlags;
}

/** `--micro-batch` of `microBatch`. */
export function flagOf(name: ChoiceName): string {
  return `--${keyOf(name)}`;
}

export function wordsOf(name: ChoiceName): string {
  return words[name] ?? keyOf(name);
}

/** How to type that `name` is `value`: `--packing`, `--no-packing`, `--loss fused`. */
export function typed(name: ChoiceName, value: string): string {
  const { kind } = settingsOf("memory").find(({ key }) => key === keyOf(name))!;
  if (kind.placeholder !== undefined) return `${flagOf(name)} ${value}`;
  return value === "true" ? flagOf(name) : `--no-${keyOf(name)}`;
}

function keyOf(name: ChoiceName): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
