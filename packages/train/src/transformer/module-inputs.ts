import { ops, type Program, sizeOf, type Tensors, type Value } from "@lorank/graph";
import { levels4bit } from "@lorank/quant";
import { loraLinear, plainLinear } from "../adapter/lora-linear.ts";
import { type AdapterShape, loraAName, loraBName, magnitudeName } from "../adapter/shape.ts";
import type { ModuleShape, ModuleWeights } from "../families/family.ts";
import { absmaxName, type BaseWeight, codesName, parameterTensor, type Quantization } from "./weights.ts";

interface ModuleInputsOptions {
  readonly shape: ModuleShape;
  /** Block's path in the checkpoint; empty for a head or an embedding norm. */
  readonly path: string;
  readonly adapter: AdapterShape;
  readonly training: boolean;
  /** True for names of weights to differentiate, in addition to adapters. */
  readonly isTrained: (name: string) => boolean;
  /** 4-bit format by weight name; undefined for float32. (default: all are float32) */
  readonly quantization?: (name: string) => Quantization | undefined;
  /** True if matrix products may decode 4-bit weights and sum in another order. (default false) */
  readonly decodesInProducts?: boolean;
  /** True if adapters may be added to their weights before products with many rows. (default false) */
  readonly mergesUpdates?: boolean;
}

export const dropoutMaskName = (path: string): string => `${path}.dropoutMask`;
export const gradientName = (name: string): string => `d.${name}`;

/** Module weights as graph inputs, named by path inside the module; adds adapters to linear layers. */
export class ModuleInputs implements ModuleWeights {
  readonly trained = new Map<string, Value>();
  readonly #options: ModuleInputsOptions;
  readonly #declared = new Map<string, Value>();

  constructor(options: ModuleInputsOptions) {
    this.#options = options;
  }

  vector(name: string): Value {
    const found = this.#options.shape.vectors.find((vector) => vector.name === name);
    return this.#weight(name, [entryNamed(found, name).size], this.#options.isTrained(name));
  }

  linear(x: Value, path: string): Value {
    const { shape, adapter, training, isTrained, path: parent, mergesUpdates = false } = this.#options;
    const layer = entryNamed(
      shape.linears.find((linear) => linear.path === path),
      path,
    );
    const { inDim, outDim, weightName = `${path}.weight` } = layer;
    const quantized = this.#options.quantization?.(inFull(parent, weightName));
    const transposed = layer.transposed === true && quantized === undefined; // 4-bit weights have one layout
    const stored = transposed ? [inDim, outDim] : [outDim, inDim];
    const linear = {
      weight: quantized
        ? this.#decoded(weightName, stored, quantized)
        : this.#weight(weightName, stored, isTrained(weightName)),
      transposed,
      ...(layer.bias ? { bias: this.#weight(`${path}.bias`, [outDim], isTrained(`${path}.bias`)) } : {}),
    };
    const lora = adapter.modules.get(inFull(parent, path));
    if (!lora) return plainLinear(x, linear);
    const drops = training && adapter.dropout > 0;
    const dropout = drops
      ? {
          dropout: {
            mask: ops.input(dropoutMaskName(path), x.shape, "uint8"),
            keepProbability: 1 - adapter.dropout,
          },
        }
      : {};
    return loraLinear(x, linear, {
      loraA: this.#weight(loraAName(path), [lora.rank, inDim], true),
      loraB: this.#weight(loraBName(path), [outDim, lora.rank], true),
      scaling: lora.scaling,
      ...(adapter.hasMagnitudes ? { magnitude: this.#weight(magnitudeName(path), [outDim], true) } : {}),
      ...dropout,
      mayMerge: mergesUpdates,
    });
  }

  /** 4-bit weight, which the program decodes from codes. */
  #decoded(name: string, shape: readonly number[], { format, blockSize }: Quantization): Value {
    const known = this.#declared.get(name);
    if (known) return known;
    const size = sizeOf(shape);
    const value = ops.decode4bit(
      ops.input(codesName(name), [Math.ceil(size / 2)], "uint8"),
      ops.input(absmaxName(name), [Math.ceil(size / blockSize)]),
      {
        levels: [...levels4bit(format)],
        blockSize,
        shape,
        product: this.#options.decodesInProducts ? format : undefined,
      },
    );
    this.#declared.set(name, value);
    return value;
  }

  #weight(name: string, shape: readonly number[], trained: boolean): Value {
    const known = this.#declared.get(name);
    if (known) return known;
    const value = ops.input(name, shape);
    this.#declared.set(name, value);
    if (trained) this.trained.set(name, value);
    return value;
  }
}

/** Program inputs: from `tensors`, else parameters by name behind `prefix`. */
export function feedsOf(
  { inputs }: Pick<Program, "inputs">,
  tensors: Tensors,
  parameters: ReadonlyMap<string, BaseWeight>,
  prefix = "",
): Tensors {
  return Object.fromEntries(
    inputs.map(({ name }) => [name, tensors[name] ?? parameterTensor(parameters, `${prefix}${name}`)]),
  );
}

const inFull = (parent: string, name: string): string => (parent === "" ? name : `${parent}.${name}`);

/** Checks that a family lists a name its graph uses. */
function entryNamed<T>(found: T | undefined, name: string): T {
  if (found === undefined) throw new Error(`the family's graph uses "${name}", which it does not list`);
  return found;
}
