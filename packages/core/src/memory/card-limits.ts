import type { BaseFormatName } from "./base-bytes.ts";
import type { StackSettings } from "./stack.ts";

/** Feature missing on some cards. */
export type Lack = "bf16" | "FlashAttention 2" | "int8";

export interface Requested extends Partial<Pick<StackSettings, "attention" | "adapterDtype">> {
  readonly base?: BaseFormatName;
}

/** Needed features that the card lacks, each with the setting that needs it. A quantised base computes in bf16. */
function missing(lacks: readonly Lack[], { base, attention, adapterDtype }: Requested): [Lack, string][] {
  const isBf16 = base !== undefined && base !== "fp32" && base !== "fp16";
  const needs: readonly [Lack, string, boolean][] = [
    ["bf16", `base ${base}`, isBf16],
    ["bf16", "adapter in bf16", adapterDtype === "bf16" && !isBf16],
    ["int8", "base int8", base === "int8"],
    ["FlashAttention 2", "attention flash", attention === "flash"],
  ];
  return needs
    .filter(([lack, , isNeeded]) => isNeeded && lacks.includes(lack))
    .map(([lack, setting]) => [lack, setting]);
}

export function canRun(lacks: readonly Lack[], requested: Requested): boolean {
  return missing(lacks, requested).length === 0;
}

const cures: Readonly<Record<Lack, string>> = {
  bf16: "has no bf16 in hardware; fp16 takes as much memory",
  "FlashAttention 2": "cannot run FlashAttention 2; sdpa takes as much memory",
  int8: "cannot run the int8 products of bitsandbytes; NF4 runs",
};

export function cardLimits(
  { name, lacks }: { readonly name: string; readonly lacks: readonly Lack[] },
  rows: readonly { readonly base: BaseFormatName; readonly settings: StackSettings }[],
): string[] {
  const found = rows.flatMap(({ base, settings }) => missing(lacks, { ...settings, base }));
  const settingsOf = new Map<Lack, Set<string>>();
  for (const [lack, setting] of found) {
    settingsOf.set(lack, (settingsOf.get(lack) ?? new Set()).add(setting));
  }
  return [...settingsOf].map(
    ([lack, settings]) => `${name} ${cures[lack]} (requested: ${[...settings].join(", ")}).`,
  );
}
