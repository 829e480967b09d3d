import { kindOf } from "@lorank/core";
import type { TargetLayer } from "@lorank/core/models";
import type { LoraSpec } from "@lorank/evidence/schema";
import { float32, floats, type Tensor } from "@lorank/graph";
import {
  type AdaptedLayer,
  type AdapterShape,
  adapterShape,
  loraAName,
  loraBName,
  magnitudeName,
  resolveTargets,
} from "../adapter/shape.ts";
import type { Family, HeadModule } from "../families/family.ts";
import { randomStream } from "../random/random.ts";
import {
  type BaseWeight,
  isQuantized,
  type WeightShape,
  weightShapes,
  weightValues,
} from "../transformer/weights.ts";

/** Random base: N(0, initializerRange²) for matrices, neutral norms. */
export function randomBase(family: Family, head: HeadModule, seed: number): Map<string, Tensor> {
  return new Map([...drawnWeights(family, head, seed)].map(([{ name }, tensor]) => [name, tensor]));
}

/** Random base, generated weight by weight, without weights that are trained whole with an adapter. */
export function* drawnWeights(
  family: Family,
  head: HeadModule,
  seed: number,
): Generator<[WeightShape, Tensor]> {
  for (const weight of weightShapes(family, head)) {
    const { name, shape, initial, trainedWhole } = weight;
    if (trainedWhole) continue;
    const tensor = float32(shape);
    if (initial === "normal")
      randomStream(seed, "base", name).fillNormal(floats(tensor), family.initializerRange);
    else floats(tensor).fill(initial);
    yield [weight, tensor];
  }
}

interface BaseToAdapt {
  readonly family: Family;
  readonly head: HeadModule;
  readonly weights: ReadonlyMap<string, BaseWeight>;
}

/**
 * Adapter before training and the modules trained whole, by parameter name.
 * @throws InputError E_TARGET, E_RANK and E_PEFT as `resolveTargets`, E_ALPHA for an alpha of 0.
 */
export function untrainedAdapter(
  lora: LoraSpec,
  { family, head, weights }: BaseToAdapt,
  seed: number,
): { readonly shape: AdapterShape; readonly parameters: Map<string, Tensor> } {
  const targets = resolveTargets(head, lora);
  const parameters = new Map([
    ...initialAdapter(targets, seed),
    ...(kindOf(lora).hasMagnitudes ? initialMagnitudes(targets, weights) : []),
    ...initialHead(family, head, seed),
  ]);
  return { shape: adapterShape(lora, targets), parameters };
}

/**
 * Untrained adapters: A ~ U(−1/√in, 1/√in), B = 0. Row i of A depends on seed, layer and i alone, so all ranks start
 * with equal rows. Source: LoRA, section 4.1, as PEFT's `init_lora_weights=True` (Kaiming uniform, a = √5).
 */
export function initialAdapter(
  targets: readonly Pick<AdaptedLayer, "path" | "inDim" | "outDim" | "rank">[],
  seed: number,
): Map<string, Tensor> {
  const weights = new Map<string, Tensor>();
  for (const { path, inDim, outDim, rank } of targets) {
    const loraA = new Float32Array(rank * inDim);
    const bound = 1 / Math.sqrt(inDim);
    for (let row = 0; row < rank; row++) {
      randomStream(seed, "lora-a", path, row).fillUniform(
        loraA.subarray(row * inDim, (row + 1) * inDim),
        -bound,
        bound,
      );
    }
    weights.set(loraAName(path), float32([rank, inDim], loraA));
    weights.set(loraBName(path), float32([outDim, rank]));
  }
  return weights;
}

/** Initial DoRA magnitudes: row norms of W, since B = 0. Source: DoRA, section 4.1, https://arxiv.org/abs/2402.09353 */
export function initialMagnitudes(
  targets: readonly TargetLayer[],
  base: ReadonlyMap<string, BaseWeight>,
): Map<string, Tensor> {
  const magnitudes = new Map<string, Tensor>();
  for (const { path, inDim, outDim, transposed = false } of targets) {
    const baseWeight = base.get(`${path}.weight`)!;
    const weight = weightValues(baseWeight);
    const byColumn = transposed && !isQuantized(baseWeight);
    const squares = new Float64Array(outDim);
    weight.forEach((element, i) => {
      squares[byColumn ? i % outDim : Math.floor(i / inDim)]! += element * element;
    });
    magnitudes.set(magnitudeName(path), float32([outDim], Float32Array.from(squares, Math.sqrt)));
  }
  return magnitudes;
}

/** Initial modules trained whole, as in transformers: weights N(0, initializerRange²), biases 0. */
export function initialHead(family: Family, head: HeadModule, seed: number): Map<string, Tensor> {
  const weights = new Map<string, Tensor>();
  for (const { name, shape, initial, trainedWhole } of weightShapes(family, head)) {
    if (!trainedWhole) continue;
    const tensor = float32(shape);
    if (initial === "normal") {
      // The first matrix draws from a random stream without a name in its path.
      const path = weights.size === 0 ? [] : [name];
      randomStream(seed, "classifier", ...path).fillNormal(floats(tensor), family.initializerRange);
    }
    weights.set(name, tensor);
  }
  return weights;
}
