import type { Family, HeadModule, ModuleShape } from "../families/family.ts";

/** A weight of a base by its checkpoint name. */
export interface WeightShape {
  readonly name: string;
  readonly shape: readonly number[];
  /** How an untrained model begins: a normal distribution, or all zeros or ones. */
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

/** Whether a weight is the classification head's, which training an adapter trains whole. */
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
