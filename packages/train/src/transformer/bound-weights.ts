import type { Program, Tensor, Tensors } from "@lorank/graph";

/**
 * Most bytes that a model's programs keep on a device for themselves. Each program holds its own copy, and there is one
 * for each layer, direction and shape of a batch: what is compiled after the limit is fed at each run, as on the CPU.
 */
const LIMIT = 4 * 2 ** 30;

/** Chooses the weights that a program keeps on its device, for runtimes whose inputs travel at each run. */
export class BoundWeights {
  readonly #frozen: (name: string) => Tensor | undefined;
  readonly #limit: number;
  #bytes = 0;

  /** @param frozen a parameter that never changes, by its checkpoint name; undefined for all others. */
  constructor(frozen: (name: string) => Tensor | undefined, limit = LIMIT) {
    this.#frozen = frozen;
    this.#limit = limit;
  }

  /** Those of a program's inputs that are frozen parameters, called by their names behind `prefix`; none beyond the limit. */
  of({ inputs }: Program, prefix: string): Tensors {
    const found = inputs.flatMap(({ name }) => {
      const tensor = this.#frozen(`${prefix}${name}`);
      return tensor ? [[name, tensor] as const] : [];
    });
    const bytes = found.reduce((sum, [, { data }]) => sum + data.byteLength, 0);
    if (this.#bytes + bytes > this.#limit) return {};
    this.#bytes += bytes;
    return Object.fromEntries(found);
  }
}
