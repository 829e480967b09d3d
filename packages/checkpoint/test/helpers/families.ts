import { readFileSync } from "node:fs";
import { type ModelShape, modelShapeFromConfig, targetLayers } from "@lorank/core/models";
import { modelAt } from "../../src/files/model-folder.ts";
import type { LoraLayer, PeftAdapter } from "../../src/index.ts";
import { modelConfig } from "../../src/model/model.ts";
import { fixture } from "./fixture.ts";

/** Tiny models of every GGUF architecture by name; see scripts/reference/gguf_fixture.py. */
export const FAMILY_MODELS = Object.keys(JSON.parse(readFileSync(fixture("gguf/families.json"), "utf8")));

export function familyModel(name: string): string {
  return fixture(`gguf/families/${name}.gguf`);
}

export function familyShape(name: string): ModelShape {
  return modelShapeFromConfig(modelConfig(modelAt(familyModel(name))).config);
}

/**
 * An adapter on all linear layers of the blocks.
 *
 * @param value element `i` of the factor that comes `k`-th by its key in a PEFT file.
 */
export function familyAdapter(
  shape: ModelShape,
  rank: number,
  alpha: number,
  value: (k: number, i: number) => number,
): PeftAdapter {
  const targets = targetLayers(shape, "all-linear").filter(({ path }) => path.startsWith(shape.layersPath));
  const paths = targets.map(({ path }) => path).sort();
  const layers = new Map<string, LoraLayer>();
  for (const { path, inDim, outDim } of targets) {
    const k = 2 * paths.indexOf(path);
    const matrix = (factor: number, rows: number, columns: number) => ({
      shape: [rows, columns] as const,
      data: Float32Array.from({ length: rows * columns }, (_, i) => value(k + factor, i)),
    });
    layers.set(path, { loraA: matrix(0, rank, inDim), loraB: matrix(1, outDim, rank), alpha });
  }
  return {
    rank,
    alpha,
    scalingRule: "lora",
    dropout: 0,
    dora: false,
    fanInFanOut: shape.modelType === "gpt2",
    targetModules: paths,
    taskType: "CAUSAL_LM",
    baseModel: "tiny",
    layers,
    heads: new Map(),
  };
}
