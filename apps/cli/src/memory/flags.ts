import type { StackSettings } from "@lorank/core/memory";
import { camelCase } from "../settings/camel.ts";
import { type RawFlags, readFlags } from "../settings/read.ts";
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
type Typed = { readonly [Key in keyof SettingsOf<"memory"> as CamelCase<Key>]?: SettingsOf<"memory">[Key] };

/** What was typed; undefined where it was not. */
export type TypedChoices = Pick<Typed, ChoiceName>;

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

/** Reads the flags; `problems` takes what is wrong with them. `--quantize` is another name of a 4-bit `--base`. */
export function readTyped(flags: RawFlags, problems: string[]): TypedChoices {
  const { quantize, ...given } = readFlags("memory", flags, problems);
  if (quantize !== undefined && given.base !== undefined && given.base !== quantize)
    problems.push(`--quantize must be left out with --base ${given.base}, got ${quantize}`);
  // FP4 takes as many bits as NF4.
  const base = quantize?.replace("fp4", "nf4") ?? given.base;
  const typed = Object.entries({ ...given, ...(base && { base }) }).map(([key, value]) => [
    camelCase(key),
    value,
  ]);
  return Object.fromEntries(typed) as TypedChoices;
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
