import type { FloatDType } from "@lorank/checkpoint";
import { InputError } from "@lorank/core";
import { type BlockSize, blockSizes, type Format4bit } from "@lorank/quant";
import { defaults } from "../defaults.ts";
import { readDType } from "../model/dtype.ts";
import type { OutputFlags } from "../output.ts";
import { readByteSize } from "./byte-size.ts";

export interface QuantizeFlags extends OutputFlags {
  readonly out?: string | boolean;
  readonly format?: string | boolean;
  readonly blockSize?: string | boolean;
  readonly doubleQuant?: string | boolean;
  readonly keepLayers?: string | boolean;
  readonly dtype?: string | boolean;
  readonly force?: string | boolean;
  readonly layers?: string | boolean;
  readonly budget?: string | boolean;
  readonly data?: string | boolean;
  readonly examples?: string | boolean;
  readonly maxLength?: string | boolean;
  readonly threads?: string | boolean;
}

export interface QuantizeSettings {
  readonly out: string;
  readonly format: Format4bit;
  readonly blockSize: BlockSize;
  readonly doubleQuant: boolean;
  readonly keepLayers: readonly (number | string)[];
  readonly dtype: FloatDType | undefined;
  readonly force: boolean;
  /** Undefined where only what `keepLayers` names is kept. */
  readonly budget: BudgetSettings | undefined;
}

/** How to choose more layers to keep. */
export interface BudgetSettings {
  readonly bytes: number;
  /** What to measure on. */
  readonly data: string;
  readonly examples: number;
  readonly maxLength: number;
  readonly threads: number;
}

/** Reads the flags of `lorank quantize`. Throws InputError E_CONFIG with all that is wrong with them. */
export function quantizeSettings(flags: QuantizeFlags): QuantizeSettings {
  const { format = "nf4", blockSize = "64", doubleQuant, force } = flags;
  const size = blockSizes.find((each) => String(each) === blockSize);
  const problems: string[] = [];
  if (format !== "nf4" && format !== "fp4")
    problems.push(`--format must be nf4 or fp4, got ${JSON.stringify(format)}`);
  if (size === undefined)
    problems.push(`--block-size must be one of ${blockSizes.join(", ")}, got ${JSON.stringify(blockSize)}`);
  if (problems.length > 0) throw new InputError("E_CONFIG", problems.join("\n"));
  return {
    out: String(flags.out),
    format: format as Format4bit,
    blockSize: size!,
    doubleQuant: doubleQuant === true,
    keepLayers: typeof flags.keepLayers === "string" ? readKeepLayers(flags.keepLayers) : [],
    dtype: readDType(flags.dtype),
    force: force === true,
    budget: typeof flags.budget === "string" ? budgetSettings(flags.budget, flags) : undefined,
  };
}

function budgetSettings(budget: string, flags: QuantizeFlags): BudgetSettings {
  const problems: string[] = [];
  const count = (flag: string, value: unknown): number => {
    const number = Number(value);
    if (!Number.isInteger(number) || number < 1)
      problems.push(`--${flag} must be a positive integer, got ${JSON.stringify(value)}`);
    return number;
  };
  const settings = {
    bytes: readByteSize(budget, "--budget"),
    data: String(flags.data ?? defaults.data),
    examples: count("examples", flags.examples ?? "64"),
    maxLength: count("max-length", flags.maxLength ?? String(defaults.maxLength.classification)),
    threads: count("threads", flags.threads ?? "2"),
  };
  if (problems.length > 0) throw new InputError("E_CONFIG", problems.join("\n"));
  return settings;
}

/** `0,11,mlp.down_proj`: numbers are blocks, the rest are names. */
export function readKeepLayers(text: string): (number | string)[] {
  return text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "")
    .map((item) => (/^\d+$/.test(item) ? Number(item) : item));
}
