import { float32, floats, type Tensor } from "@lorank/graph";
import {
  type BlockSize,
  dequantize4bit,
  type Format4bit,
  type Quantized4bit,
  restoreAbsmax,
} from "@lorank/quant";
import type { Family, HeadModule, ModuleShape } from "../families/family.ts";

/** A weight of a base by its checkpoint name. */
export interface WeightShape {
  readonly name: string;
  readonly shape: readonly number[];
  /** Values of an untrained model: a normal distribution, or all zeros or ones. */
  readonly initial: "normal" | 0 | 1;
  /** Part of a module that training an adapter trains whole, so that a base need not have it. */
  readonly trainedWhole: boolean;
  /** `[outDim, inDim]` of a linear layer's matrix, as which it lies in 4 bits; absent where it cannot. */
  readonly quantizedShape?: readonly number[];
  /** `shape` is `[inDim, outDim]`. (default false) */
  readonly transposed?: boolean;
}

/** Every weight of a model with this head, in the order in which it is used. */
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

/** True if a weight is the classification head's, which training an adapter trains whole. */
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
          // A tied output layer is the embedding, and stays whole with it.
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

/** A frozen weight in 4 bits. */
export interface QuantizedTensor {
  readonly quantized: Quantized4bit;
  readonly shape: readonly number[];
}

/** A weight of a base as it lies in memory. */
export type BaseWeight = Tensor | QuantizedTensor;

/** The format of a weight in 4 bits, as its graph needs it. */
export interface Quantization {
  readonly format: Format4bit;
  readonly blockSize: BlockSize;
}

export function isQuantized(weight: BaseWeight): weight is QuantizedTensor {
  return "quantized" in weight;
}

/** The format of a weight; undefined for float32. */
export function quantizationOf(weight: BaseWeight | undefined): Quantization | undefined {
  if (weight === undefined || !isQuantized(weight)) return undefined;
  const { format, blockSize } = weight.quantized;
  return { format, blockSize };
}

/** The weight's numbers, decoded where it is in 4 bits. */
export function weightValues(weight: BaseWeight): Float32Array {
  return isQuantized(weight) ? dequantize4bit(weight.quantized) : floats(weight);
}

export const codesName = (name: string): string => `${name}.codes`;
export const absmaxName = (name: string): string => `${name}.absmax`;

/**
 * The tensor that a program asks for under `name`: a parameter itself, or the codes or the absmax of one in 4 bits.
 * Under double quantisation the absmax are decoded anew each time. One number for `blockSize` weights costs next to
 * nothing, and a decoded copy would undo the saving.
 */
export function parameterTensor(parameters: ReadonlyMap<string, BaseWeight>, name: string): Tensor {
  const found = findParameter(parameters, name);
  if (!found) throw new Error(`the model has no parameter "${name}"`);
  return found;
}

/** The same, undefined where there is none. */
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

/** The value of `key`, made and stored on first use. */
export function getOrMake<Key, Stored>(map: Map<Key, Stored>, key: Key, make: () => Stored): Stored {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
