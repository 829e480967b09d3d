import { layerNorm, type Value } from "@lorank/graph";
import type { ModuleWeights, VectorWeight } from "./family.ts";

/** Gain and bias of the LayerNorm called `name`. */
export function layerNormVectors(name: string, size: number): VectorWeight[] {
  return [
    { name: `${name}.weight`, size, neutral: 1 },
    { name: `${name}.bias`, size, neutral: 0 },
  ];
}

/** Applies the LayerNorm called `name`, whose vectors are {@link layerNormVectors}. */
export function applyLayerNorm(epsilon: number) {
  return (x: Value, weights: ModuleWeights, name: string): Value =>
    layerNorm(x, weights.vector(`${name}.weight`), weights.vector(`${name}.bias`), epsilon);
}
