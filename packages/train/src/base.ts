import { modelSha256, openModelWeights, readModelConfig } from "@lorank/checkpoint";
import { type BaseWeights, InputError } from "@lorank/core";
import { float32, type Tensor } from "@lorank/graph";
import { randomBase } from "./initial-weights.ts";
import { familyOf } from "./models/families.ts";
import type { Family } from "./models/family.ts";

export interface Base {
  readonly family: Family;
  /** Every weight that the family's graphs use, by checkpoint name. */
  readonly weights: Map<string, Tensor>;
}

/**
 * Loads the base that a spec names from a model folder. Throws E_BASE when the folder holds another model, and
 * E_WEIGHTS with every tensor that is missing or of the wrong shape.
 */
export function loadBase(spec: BaseWeights, folder: string): Base {
  const { config, sha256 } = readModelConfig(folder);
  const family = familyOf(config);
  const [wanted, found] =
    spec.kind === "random" ? [spec.configSha256, sha256] : [spec.sha256, modelSha256(folder)];
  if (wanted !== found) {
    throw new InputError(
      "E_BASE",
      `${folder} must hold the model ${wanted.slice(0, 12)}… that the trial names, got ${found.slice(0, 12)}…`,
    );
  }
  return {
    family,
    weights: spec.kind === "random" ? randomBase(family, spec.seed) : loadWeights(family, folder),
  };
}

function loadWeights(family: Family, folder: string): Map<string, Tensor> {
  const source = openModelWeights(folder);
  try {
    const weights = new Map<string, Tensor>();
    const problems: string[] = [];
    for (const [name, shape] of weightShapes(family)) {
      const info = source.tensors.get(name);
      if (!info) problems.push(`${name} is missing`);
      else if (info.shape.join() !== shape.join())
        problems.push(`${name} must be [${shape.join(", ")}], got [${info.shape.join(", ")}]`);
      else weights.set(name, float32(shape, source.readFloat32(name)));
    }
    // A classifier's checkpoint has no output head; a causal model with an untied one does.
    const head = family.outputHead;
    if (!weights.has(head) && source.tensors.has(head)) {
      weights.set(head, float32([family.vocabSize, family.hiddenSize], source.readFloat32(head)));
    }
    if (problems.length > 0) throw new InputError("E_WEIGHTS", `${folder}: ${problems.join("; ")}`);
    return weights;
  } finally {
    source.close();
  }
}

/** Every weight that a base must have, with its shape. An untied output head is needed for causal-lm alone. */
export function weightShapes(family: Family): Map<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>([
    [family.embedding, [family.vocabSize, family.hiddenSize]],
    [family.finalNorm, [family.hiddenSize]],
  ]);
  for (let layer = 0; layer < family.layers; layer++) {
    const prefix = family.blockPath(layer);
    for (const { path, inDim, outDim } of family.linears)
      shapes.set(`${prefix}.${path}.weight`, [outDim, inDim]);
    for (const { path, size } of family.vectors) shapes.set(`${prefix}.${path}.weight`, [size]);
  }
  return shapes;
}
