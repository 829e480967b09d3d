import { formatBytes } from "../format.ts";
import { sumOf, weightElements } from "../model/linear-shapes.ts";
import type { ModelShape } from "../model/shape.ts";
import { type BaseFormat, bytesPerElement } from "./base-bytes.ts";

/** Lists the assumptions of an estimate about the model itself. */
export function modelAssumptions(shape: ModelShape, base: BaseFormat): string[] {
  const assumptions: string[] = [];
  if (shape.covers === "text") {
    assumptions.push("Only the language model is counted, not the part that reads images.");
  }
  if (shape.experts.length > 0 && (base.dtype === "nf4" || base.dtype === "int8")) {
    const otherDtype = base.otherDtype ?? "bf16";
    const bytes = sumOf(shape.experts.map(weightElements)) * bytesPerElement(otherDtype);
    assumptions.push(
      `Experts are held in ${base.dtype} too. transformers 5 with bitsandbytes leaves them in ${otherDtype}, where they take ${formatBytes(bytes)}.`,
    );
  }
  return assumptions;
}
