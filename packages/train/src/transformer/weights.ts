import { float32, floats, type Tensor } from "@lorank/graph";
import {
  type BlockSize,
  dequantize4bit,
  type Format4bit,
  type Quantized4bit,
  restoreAbsmax,
} from "@lorank/quant";
import type { Family, HeadModule, ModuleShape } from "../families/family.ts";

export interface WeightShape {
  readonly name: string;
  readonly shape: readonly number[];
  /** Initial values in a random base: a normal distribution, or all zeros or ones. */
  readonly initial: "normal" | 0 | 1;
  /** True for weights trained whole with an adapter, which a base may lack. */
  readonly trainedWhole: boolean;
  /** Shape `[outDim, inDim]` for quantisation to 4 bits; absent if the weight cannot be quantised. */
  readonly quantizedShape?: readonly number[];
  /** True if `shape` is `[inDim, outDim]`. (default false) */
  readonly transposed?: boolean;
}

/** Shapes of all weights in a model with this head, in order of use. */
export function weightShapes(family: Family, head: HeadModule): WeightShape[] {
  const { embeddings, hiddenSize } = family;
  const table = (name: string, rows: number): WeightShape => ({
    name,
    shape: [rows, hiddenSize],
    initial: "normal",
    trainedWhole: false,
  });
  const all = [
    table(embeddings.tokens, family.vocabSize),
    ...(embeddings.positions ? [table(embeddings.positions.name, embeddings.positions.rows)] : []),
    ...(embeddings.types ? [table(embeddings.types.name, embeddings.types.rows)] : []),
    ...(embeddings.norm ? moduleWeights(embeddings.norm, "", never) : []),
    ...Array.from({ length: family.layers }, (_, layer) =>
      moduleWeights(family, `${family.blockPath(layer)}.`, never),
    ).flat(),
    ...moduleWeights(head, "", (name) => isTrainedWhole(head, name)),
  ];
  return [...new Map(all.map((weight) => [weight.name, weight])).values()]; // a tied output layer is the embedding
}

/** True for classification head weights, trained whole. */
export function isTrainedWhole({ shape }: HeadModule, name: string): boolean {
  return shape.headLinears.some(({ role, path }) => role === "classifier" && name.startsWith(`${path}.`));
}

const never = (): boolean => false;

function moduleWeights(
  { linears, vectors }: ModuleShape,
  prefix: string,
  whole: (name: string) => boolean,
): WeightShape[] {
  return [
    ...linears.flatMap(
      ({ path, inDim, outDim, bias, transposed = false, weightName = `${prefix}${path}.weight` }) => {
        const shape = transposed ? [inDim, outDim] : [outDim, inDim];
        const weight = {
          name: weightName,
          shape,
          initial: "normal",
          trainedWhole: whole(weightName),
          // A tied output layer is the embedding, which is not quantised.
          ...(weightName === `${prefix}${path}.weight`
            ? { quantizedShape: [outDim, inDim], transposed }
            : {}),
        } as const;
        if (!bias) return [weight];
        const name = `${prefix}${path}.bias`;
        return [weight, { name, shape: [outDim], initial: 0, trainedWhole: whole(name) } as const];
      },
    ),
    ...vectors.map(
      ({ name, size, neutral }) =>
        ({ name: `${prefix}${name}`, shape: [size], initial: neutral, trainedWhole: whole(name) }) as const,
    ),
  ];
}

export interface QuantizedTensor {
  readonly quantized: Quantized4bit;
  readonly shape: readonly number[];
}

export type BaseWeight = Tensor | QuantizedTensor;

/** 4-bit format and block size, as a weight's graph needs them. */
export interface Quantization {
  readonly format: Format4bit;
  readonly blockSize: BlockSize;
}

export function isQuantized(weight: BaseWeight): weight is QuantizedTensor {
  return "quantized" in weight;
}

/** Weight's 4-bit format; undefined for float32. */
export function quantizationOf(weight: BaseWeight | undefined): Quantization | undefined {
  if (weight === undefined || !isQuantized(weight)) return undefined;
  const { format, blockSize } = weight.quantized;
  return { format, blockSize };
}

/** Weight values, decoded from 4 bits if necessary. */
export function weightValues(weight: BaseWeight): Float32Array {
  return isQuantized(weight) ? dequantize4bit(weight.quantized) : floats(weight);
}

export const codesName = (name: string): string => `${name}.codes`;
export const absmaxName = (name: string): string => `${name}.absmax`;

/**
 * Tensor `name`: a parameter, or a 4-bit weight's codes or absmax. Double-quantised absmax values are decoded each
 * time: cheap, while a copy would undo the saving.
 */
export function parameterTensor(parameters: ReadonlyMap<string, BaseWeight>, name: string): Tensor {
  const found = findParameter(parameters, name);
  if (!found) throw new Error(`the model has no parameter "${name}"`);
  return found;
}

/** Program input `name` as a tensor; undefined if unknown. */
export function findParameter(parameters: ReadonlyMap<string, BaseWeight>, name: string): Tensor | undefined {
  const whole = parameters.get(name);
  if (whole && !isQuantized(whole)) return whole;
  for (const part of [codesName, absmaxName]) {
    const end = part("");
    const weight = name.endsWith(end) ? parameters.get(name.slice(0, -end.length)) : undefined;
    if (!weight || !isQuantized(weight)) continue;
    const { codes, absmax } = weight.quantized;
    if (part === codesName) return { dtype: "uint8", shape: [codes.length], data: codes };
    const values = restoreAbsmax(absmax);
    return float32([values.length], values);
  }
  return undefined;
}

/** Map value for `key`, made and stored on first use. */
export function getOrMake<Key, Stored>(map: Map<Key, Stored>, key: Key, make: () => Stored): Stored {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
