import { add, input, mul, reshape, sum, type Value } from "@lorank/graph";
import { plainLinear } from "../adapter/lora-linear.ts";
import { listed } from "../model/module-inputs.ts";
import type { LinearLayer, ModuleWeights } from "../models/family.ts";

export const differenceName = (path: string): string => `${path}.difference`;
export const signalName = (path: string): string => `signal.${path}`;
export const noiseName = (path: string): string => `noise.${path}`;

/**
 * Weights of a block that also measure what each linear layer's output is off by when its weight W is another one: the
 * block computes what it always does, and on the side Σ ‖W x‖² and Σ ‖(W − Ŵ) x‖² over the rows x that the layer is given.
 * W − Ŵ is an input of the graph, {@link differenceName}, stored as W is.
 */
export class MeasuringWeights implements ModuleWeights {
  /** `[1]` each, by {@link signalName} and {@link noiseName}. */
  readonly measured: Record<string, Value> = {};
  readonly #weights: Pick<ModuleWeights, "vector">;
  readonly #linears: readonly LinearLayer[];
  readonly #counts: Value;

  /** `counts`: `[rows, 1]`, 1 for a row that counts and 0 for a pad. */
  constructor(weights: Pick<ModuleWeights, "vector">, linears: readonly LinearLayer[], counts: Value) {
    this.#weights = weights;
    this.#linears = linears;
    this.#counts = counts;
  }

  vector(name: string): Value {
    return this.#weights.vector(name);
  }

  linear(x: Value, path: string): Value {
    const layer = listed(
      this.#linears.find((linear) => linear.path === path),
      path,
    );
    const { inDim, outDim, transposed = false, bias = false } = layer;
    const shape = transposed ? [inDim, outDim] : [outDim, inDim];
    const product = plainLinear(x, { weight: input(`${path}.weight`, shape), transposed }); // [rows, outDim]
    const off = plainLinear(x, { weight: input(differenceName(path), shape), transposed });
    this.measured[signalName(path)] = this.#energy(product);
    this.measured[noiseName(path)] = this.#energy(off);
    return bias ? add(product, input(`${path}.bias`, [outDim])) : product;
  }

  /** Σ of squares over the rows that count, `[1]`. */
  #energy(y: Value): Value {
    return reshape(sum(mul(mul(y, y), this.#counts), [0, 1]), [1]);
  }
}
