import { InputError } from "../errors.ts";
import type { LinearShape } from "../model/linear-shapes.ts";
import { type BaseFormatName, baseFormat, type FloatDtype, isFloat } from "./base-bytes.ts";
import { estimateMemory, type MemoryEstimate, type MemoryOptions } from "./estimate.ts";
import { estimateFull, type FullEstimate } from "./full.ts";
import type { StackSettings } from "./stack.ts";

/**
 * `lora`: on the base as requested, with no other changes. `qlora`: on a quantised base (default nf4-dq), with the
 * settings of the stack's guides. `compare`: LoRA on a 16-bit base, QLoRA and full fine-tuning side by side.
 */
export type MemoryMethod = "lora" | "qlora" | "full" | "compare";

export const memoryMethods: readonly MemoryMethod[] = ["lora", "qlora", "full", "compare"];

export interface MemoryRowsOptions
  extends Pick<MemoryOptions, "shape" | "profile" | "settings" | "microBatch" | "seq" | "cards"> {
  readonly targets: readonly LinearShape[];
  readonly ranks: readonly number[];
  /**
   * Format of the frozen base. Full fine-tuning, and LoRA in a comparison, use it if it is a float dtype, else bf16.
   * QLoRA uses it if it is a quantised format, else nf4-dq.
   */
  readonly base: BaseFormatName;
  readonly method?: MemoryMethod;
}

/** One way to train, with its estimate. */
export type MemoryRow = {
  /** Format of the frozen base, or of the trained weights. */
  readonly base: BaseFormatName;
  /** All settings of the estimate. */
  readonly settings: StackSettings;
} & (
  | { readonly method: "lora" | "qlora"; readonly rank: number; readonly estimate: MemoryEstimate }
  | { readonly method: "full"; readonly rank: null; readonly estimate: FullEstimate }
);

/**
 * Computes the rows of a table: one a rank, of each requested method.
 *
 * Throws E_RANK, E_BASE_FORMAT, and E_CONFIG naming the field, the rule and the value.
 */
export function memoryRows(options: MemoryRowsOptions): MemoryRow[] {
  const { base, method = memoryDefaults.method } = options;
  const float = isFloat(base) ? base : "bf16";
  const quantized = isFloat(base) ? "nf4-dq" : base;
  switch (method) {
    case "lora":
      return adapterRows(options, base);
    case "qlora":
      return adapterRows(asQlora(options), quantized);
    case "full":
      return [fullRow(options, float)];
    case "compare":
      return [
        ...adapterRows(options, float),
        ...adapterRows(asQlora(options), quantized),
        fullRow(options, float),
      ];
  }
}

/** The first method's row with the largest rank: the one to explain in detail. */
export function largestRankRow<Row extends MemoryRow>(rows: readonly Row[]): Row {
  const [first, ...others] = rows;
  if (first === undefined) throw new InputError("E_CONFIG", "rows must hold at least one row, got none");
  return others.reduce(
    (best, row) => (row.method === first.method && (row.rank ?? 0) > (best.rank ?? 0) ? row : best),
    first,
  );
}

function adapterRows({ ranks, ...options }: MemoryRowsOptions, base: BaseFormatName): MemoryRow[] {
  const format = baseFormat(base);
  const method = isFloat(base) ? "lora" : "qlora";
  const settings = { ...options.profile.settings, ...options.settings };
  return ranks.map((rank) => {
    return { method, base, settings, rank, estimate: estimateMemory({ ...options, rank, base: format }) };
  });
}

function fullRow(options: MemoryRowsOptions, base: FloatDtype): MemoryRow {
  const settings = { ...options.profile.settings, ...options.settings };
  return { method: "full", base, settings, rank: null, estimate: estimateFull({ ...options, dtype: base }) };
}

function asQlora(options: MemoryRowsOptions): MemoryRowsOptions {
  return { ...options, settings: { ...options.profile.qlora, ...options.settings } };
}

/** Default inputs of an estimate. */
export const memoryDefaults = {
  ranks: [4, 8, 16, 32, 64],
  base: "bf16",
  method: "lora",
  microBatch: 1,
  /** In tokens; less if the model takes fewer. */
  seq: 1024,
  profile: "peft",
} as const;
