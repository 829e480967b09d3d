import {
  type Executable,
  input,
  mul,
  type Program,
  program,
  type Runtime,
  reshape,
  sum,
  type Tensor,
  type Tensors,
  vjp,
} from "@lorank/graph";
import { noAdapter } from "../adapter/shape.ts";
import type { Family } from "../families/family.ts";
import type { MicroBatch } from "../transformer/batch.ts";
import { embed } from "../transformer/embed.ts";
import { getOrMake } from "../transformer/get-or-make.ts";
import { Layouts, layoutInputs } from "../transformer/layout.ts";
import { ModuleInputs } from "../transformer/module-inputs.ts";

export const differenceName = (path: string): string => `${path}.difference`;
export const shareName = (path: string): string => `share.${path}`;

interface Compiled {
  readonly program: Program;
  readonly executable: Executable;
}

/**
 * Blocks forward and backward with weights that are given at each run. Layers of a kind share their programs, one for each
 * shape of a batch; nothing is saved for the backward pass but a block's input.
 */
export class SharePrograms {
  readonly #family: Family;
  readonly #runtime: Runtime;
  readonly #weights: ReadonlyMap<string, Tensor>;
  readonly #layouts: Layouts;
  readonly #compiled = new Map<string, Promise<Compiled>>();

  /** `weights`: of the float model, for whatever is not given. */
  constructor(family: Family, runtime: Runtime, weights: ReadonlyMap<string, Tensor>) {
    this.#family = family;
    this.#runtime = runtime;
    this.#weights = weights;
    this.#layouts = new Layouts(family);
  }

  /** What the first block is given, `[rows, hidden]`. */
  async embedded(batch: MicroBatch): Promise<Tensor> {
    const x = embed(this.#family, batch, (name) => this.#weights.get(name)!);
    const { norm } = this.#family.embeddings;
    if (!norm) return x;
    const compiled = await this.#compile(`embedding ${x.shape[0]}`, () => {
      const inputs = new ModuleInputs({
        shape: norm,
        path: "",
        adapter: noAdapter,
        training: false,
        isTrained: () => false,
      });
      return program({ y: norm.apply(input("x", x.shape), inputs) });
    });
    return (await this.#run(compiled, { x }, "")).y!;
  }

  /** A block's output. `weights`: those of its linear layers that are not the float model's, by name inside the block. */
  async forward(layer: number, batch: MicroBatch, x: Tensor, weights: Tensors): Promise<Tensor> {
    const compiled = await this.#block("forward", layer, batch, () => {
      const { y } = this.#graph(layer, batch);
      return program({ y });
    });
    return (await this.#runBlock(compiled, layer, batch, { ...weights, x })).y!;
  }

  /**
   * From the gradient `dy` towards a block's output: `dx`, and for each linear layer {@link shareName} `[1]`, its weight's
   * gradient times {@link differenceName}, summed.
   */
  async backward(
    layer: number,
    batch: MicroBatch,
    x: Tensor,
    dy: Tensor,
    weights: Tensors,
  ): Promise<Tensors> {
    const compiled = await this.#block("backward", layer, batch, () => {
      const { x, y, trained } = this.#graph(layer, batch);
      const [dx, ...gradients] = vjp(y, input("dy", y.shape), [x, ...trained.values()]);
      const shares = [...trained.keys()].map((name, i) => {
        const path = name.slice(0, -".weight".length);
        const product = mul(gradients[i]!, input(differenceName(path), gradients[i]!.shape));
        return [shareName(path), reshape(sum(product, [0, 1]), [1])] as const;
      });
      return program({ dx: dx!, ...Object.fromEntries(shares) });
    });
    return this.#runBlock(compiled, layer, batch, { ...weights, x, dy });
  }

  async dispose(): Promise<void> {
    for (const { executable } of await Promise.all(this.#compiled.values())) await executable.dispose();
  }

  #graph(layer: number, { lengths, seq }: MicroBatch) {
    const family = this.#family;
    const names = new Set(family.linears.map(({ path }) => `${path}.weight`));
    const weights = new ModuleInputs({
      shape: family,
      path: family.blockPath(layer),
      adapter: noAdapter,
      training: false,
      isTrained: (name) => names.has(name),
    });
    const x = input("x", [lengths.length * seq, family.hiddenSize]);
    const y = family.block(
      x,
      weights,
      layoutInputs({ batch: lengths.length, seq }, "all", family.kindOf(layer)),
    );
    return { x, y, trained: weights.trained };
  }

  #block(role: string, layer: number, { lengths, seq }: MicroBatch, make: () => Program): Promise<Compiled> {
    return this.#compile(`${role} ${this.#family.kindOf(layer).name} ${lengths.length} ${seq}`, make);
  }

  #compile(key: string, make: () => Program): Promise<Compiled> {
    return getOrMake(this.#compiled, key, async () => {
      const made = make();
      return { program: made, executable: await this.#runtime.compile(made) };
    });
  }

  #runBlock(compiled: Compiled, layer: number, batch: MicroBatch, given: Tensors): Promise<Tensors> {
    const family = this.#family;
    const layout = this.#layouts.of(batch)(family.kindOf(layer));
    return this.#run(compiled, { ...layout, ...given }, `${family.blockPath(layer)}.`);
  }

  #run({ program: { inputs }, executable }: Compiled, given: Tensors, prefix: string): Promise<Tensors> {
    const feeds = inputs.map(
      ({ name }) => [name, given[name] ?? this.#weights.get(`${prefix}${name}`)!] as const,
    );
    return executable.run(Object.fromEntries(feeds));
  }
}
