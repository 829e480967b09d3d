import { input, type Value } from "@lorank/graph";
import { loraLinear, plainLinear } from "../adapter/lora-linear.ts";
import { loraAName, loraBName, magnitudeName } from "../adapter/names.ts";
import type { AdapterShape } from "../adapter/shape.ts";
import type { ModuleShape, ModuleWeights } from "../models/family.ts";

export interface ModuleInputsOptions {
  readonly shape: ModuleShape;
  /** Path of the module in the checkpoint; empty where its own paths are whole. */
  readonly path: string;
  readonly adapter: AdapterShape;
  /** Whether dropout is active. */
  readonly training: boolean;
  /** Which of the module's own weights are differentiated, by name inside the module. Adapters always are. */
  readonly isTrained: (name: string) => boolean;
}

export const keepName = (path: string): string => `${path}.keep`;
export const gradientName = (name: string): string => `d.${name}`;

/** Declares a module's weights as graph inputs, named as inside the module, and puts adapters on its linear layers. */
export class ModuleInputs implements ModuleWeights {
  /** Inputs that are differentiated, by name. */
  readonly trained = new Map<string, Value>();
  readonly #options: ModuleInputsOptions;
  readonly #declared = new Map<string, Value>();

  constructor(options: ModuleInputsOptions) {
    this.#options = options;
  }

  vector(name: string): Value {
    const found = this.#options.shape.vectors.find((vector) => vector.name === name);
    return this.#weight(name, [listed(found, name).size], this.#options.isTrained(name));
  }

  linear(x: Value, path: string): Value {
    const { shape, adapter, training, isTrained, path: parent } = this.#options;
    const layer = listed(
      shape.linears.find((linear) => linear.path === path),
      path,
    );
    const { inDim, outDim, transposed = false, weightName = `${path}.weight` } = layer;
    const linear = {
      weight: this.#weight(weightName, transposed ? [inDim, outDim] : [outDim, inDim], isTrained(weightName)),
      transposed,
      ...(layer.bias ? { bias: this.#weight(`${path}.bias`, [outDim], isTrained(`${path}.bias`)) } : {}),
    };
    const lora = adapter.modules.get(parent === "" ? path : `${parent}.${path}`);
    if (!lora) return plainLinear(x, linear);
    const drops = training && adapter.dropout > 0;
    return loraLinear(x, linear, {
      loraA: this.#weight(loraAName(path), [lora.rank, inDim], true),
      loraB: this.#weight(loraBName(path), [outDim, lora.rank], true),
      scaling: lora.scaling,
      ...(adapter.dora ? { magnitude: this.#weight(magnitudeName(path), [outDim], true) } : {}),
      ...(drops
        ? { dropout: { keep: input(keepName(path), x.shape, "uint8"), keepProbability: 1 - adapter.dropout } }
        : {}),
    });
  }

  #weight(name: string, shape: readonly number[], trained: boolean): Value {
    const known = this.#declared.get(name);
    if (known) return known;
    const value = input(name, shape);
    this.#declared.set(name, value);
    if (trained) this.trained.set(name, value);
    return value;
  }
}

function listed<T>(found: T | undefined, name: string): T {
  if (found === undefined) throw new Error(`the family's graph uses "${name}", which it does not list`);
  return found;
}
