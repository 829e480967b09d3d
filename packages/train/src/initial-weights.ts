import { float32, type Tensor } from "@lorank/graph";
import { loraAName, loraBName } from "./model/block-program.ts";
import type { Family } from "./models/family.ts";
import { randomStream } from "./random.ts";

/** A base of the family's shapes drawn at random: N(0, initializerRange²) for matrices, 1 for norms. */
export function randomBase(family: Family, seed: number): Map<string, Tensor> {
  const weights = new Map<string, Tensor>();
  const draw = (name: string, shape: readonly number[]): void => {
    const tensor = float32(shape);
    randomStream(seed, "base", name).fillNormal(tensor.data as Float32Array, family.initializerRange);
    weights.set(name, tensor);
  };
  const ones = (name: string, size: number): void => {
    weights.set(name, float32([size], new Float32Array(size).fill(1)));
  };
  draw(family.embedding, [family.vocabSize, family.hiddenSize]);
  if (family.outputHead !== family.embedding) draw(family.outputHead, [family.vocabSize, family.hiddenSize]);
  ones(family.finalNorm, family.hiddenSize);
  for (let layer = 0; layer < family.layers; layer++) {
    const prefix = family.blockPath(layer);
    for (const { path, outDim, inDim } of family.linears) draw(`${prefix}.${path}.weight`, [outDim, inDim]);
    for (const { path, size } of family.vectors) ones(`${prefix}.${path}.weight`, size);
  }
  return weights;
}

/**
 * Untrained adapters: A ~ U(−1/√in, 1/√in), B = 0, so that training starts from the base's own outputs.
 * Row i of A depends on the seed, the layer and i alone: at one seed, rank 4 starts with the first four rows of rank 32.
 * Source: LoRA, section 4.1, in the form of PEFT's `init_lora_weights=True` (Kaiming uniform with a = √5).
 */
export function initialAdapter(
  family: Family,
  targets: ReadonlySet<string>,
  rank: number,
  seed: number,
): Map<string, Tensor> {
  const weights = new Map<string, Tensor>();
  for (let layer = 0; rank > 0 && layer < family.layers; layer++) {
    for (const { path, inDim, outDim } of family.linears) {
      if (!targets.has(path)) continue;
      const name = `${family.blockPath(layer)}.${path}`;
      const loraA = new Float32Array(rank * inDim);
      const bound = 1 / Math.sqrt(inDim);
      for (let row = 0; row < rank; row++) {
        randomStream(seed, "lora-a", name, row).fillUniform(
          loraA.subarray(row * inDim, (row + 1) * inDim),
          -bound,
          bound,
        );
      }
      weights.set(loraAName(name), float32([rank, inDim], loraA));
      weights.set(loraBName(name), float32([outDim, rank]));
    }
  }
  return weights;
}

/** A classification head drawn as transformers draws it: N(0, initializerRange²). */
export function initialClassifier(family: Family, labels: number, seed: number): Tensor {
  const head = float32([labels, family.hiddenSize]);
  randomStream(seed, "classifier").fillNormal(head.data as Float32Array, family.initializerRange);
  return head;
}
