import type { BaseQuantization } from "@lorank/evidence/results";
import { defaults } from "../defaults.ts";

/** 4-bit formats as flags and files name them. */
export const quantizations = ["nf4", "nf4-dq", "fp4", "fp4-dq"] as const;
type QuantizationName = (typeof quantizations)[number];

/** Quantisation of a name; undefined for a base that is left as it is. */
export function quantizationNamed(name: QuantizationName | "none"): BaseQuantization | undefined {
  if (name === "none") return undefined;
  const [format, double] = name.split("-") as ["nf4" | "fp4", "dq"?];
  return { format, blockSize: defaults.quantized.blockSize, ...(double ? { doubleQuant: true } : {}) };
}

/** The name of a quantisation, for people. */
export function quantizationName({ format, doubleQuant }: BaseQuantization): string {
  return doubleQuant ? `${format}-dq` : format;
}
