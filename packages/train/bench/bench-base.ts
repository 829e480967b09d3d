import { float32, floats } from "@lorank/graph";
import { quantizedWeightNames, quantizeWeight } from "../src/base/quantize-base.ts";
import type { Family, HeadModule } from "../src/families/family.ts";
import { randomStream } from "../src/random/random.ts";
import { type BaseWeight, weightShapes } from "../src/transformer/weights.ts";

/**
 * A base of the family's shapes for measuring time: weights of one shape share their numbers, so that a base of a
 * billion is drawn in a second. A device still gets each of them.
 */
export function benchBase(family: Family, head: HeadModule, nf4: boolean): Map<string, BaseWeight> {
  const quantized = nf4 ? quantizedWeightNames(family) : new Set<string>();
  const drawn = new Map<string, BaseWeight>();
  const base = new Map<string, BaseWeight>();
  for (const weight of weightShapes(family, head)) {
    const { name, shape, initial, trainedWhole } = weight;
    if (trainedWhole) continue;
    const key = JSON.stringify([shape, initial, quantized.has(name)]);
    if (!drawn.has(key)) {
      const tensor = float32(shape);
      if (initial === "normal") randomStream(0, key).fillNormal(floats(tensor), family.initializerRange);
      else floats(tensor).fill(initial);
      drawn.set(
        key,
        quantized.has(name) ? quantizeWeight(weight, tensor, { format: "nf4", blockSize: 64 }) : tensor,
      );
    }
    base.set(name, drawn.get(key)!);
  }
  return base;
}
