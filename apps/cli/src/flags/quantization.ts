import type { BaseQuantization } from "@lorank/evidence/results";
import { defaults } from "../defaults.ts";

export const quantizations = ["nf4", "nf4-dq", "fp4", "fp4-dq"] as const;
type QuantizationName = (typeof quantizations)[number];

export function quantizationNamed(name: QuantizationName | "none"): BaseQuantization | undefined {
  if (name === "none") return undefined;
  const [format, double] = name.split("-") as ["nf4" | "fp4", "dq"?];
  return { format, blockSize: defaults.quantized.blockSize, ...(double ? { doubleQuant: true } : {}) };
}

export function quantizationName({ format, doubleQuant }: BaseQuantization): string {
  return doubleQuant ? `${format}-dq` : format;
}
