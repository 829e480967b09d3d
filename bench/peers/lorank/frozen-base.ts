import { existsSync } from "node:fs";
import { join } from "node:path";
import { modelConfig } from "@lorank/checkpoint";
import { modelAt } from "@lorank/checkpoint/files";
import type { BaseQuantization } from "@lorank/evidence/results";
import { float32, floats } from "@lorank/graph";
import { quantize4bit } from "@lorank/quant";
import { type Base, familyOf, type Head, randomStream, readBase } from "@lorank/train/engine";
import { weightShapes } from "../../../packages/train/src/transformer/weights.ts";
import type { Work } from "../driver/work.ts";

/** How the base of a side is quantised; undefined for float32. */
export function quantizationOf({ base }: Work): BaseQuantization | undefined {
  if (!base.startsWith("nf4")) return undefined;
  return { format: "nf4", blockSize: 64, ...(base === "nf4-dq" ? { doubleQuant: true } : {}) };
}

export function headOf({ task }: Work): Head {
  return task === "classification" ? { kind: task, labels: 2 } : { kind: task };
}

/** The base of a side. */
export function frozenBase(work: Work): Base {
  const whole = ["model.safetensors", "model.safetensors.index.json"];
  if (!whole.some((file) => existsSync(join(work.model, file)))) return drawnBase(work);
  return readBase(modelAt(work.model), headOf(work), quantizationOf(work));
}

/** Weights of one shape get the same numbers, each in memory of its own, so that billions are drawn in seconds. */
function drawnBase(work: Work): Base {
  const family = familyOf(modelConfig(modelAt(work.model)).config);
  const head = family.head(headOf(work));
  const quantization = quantizationOf(work);
  const drawn: Base["weights"] = new Map();
  const weights: Base["weights"] = new Map();
  for (const { name, shape, initial, quantizedShape } of weightShapes(family, head)) {
    const key = JSON.stringify([shape, initial, quantizedShape]);
    const same = drawn.get(key);
    if (same !== undefined) {
      weights.set(name, structuredClone(same));
      continue;
    }
    const tensor = float32(shape);
    if (initial === "normal") randomStream(0, key).fillNormal(floats(tensor), family.initializerRange);
    else floats(tensor).fill(initial);
    const in4bit = quantization && quantizedShape;
    const weight = in4bit
      ? { quantized: quantize4bit(floats(tensor), quantization), shape: quantizedShape }
      : tensor;
    drawn.set(key, weight);
    weights.set(name, weight);
  }
  return { family, head, weights };
}
