import { float32, type Program, sizeOf, type Tensor, type Tensors } from "@lorank/graph";

/**
 * Memory for a program's float32 outputs that is used again at each step. Fresh memory would cost a page fault
 * every 4 KiB; here a step of any shape reuses what the largest one has touched.
 */
export class Workspace {
  readonly #buffers = new Map<string, Float32Array>();

  /** Output tensors of `program` for the holder `key`; valid until the same key is asked for again. */
  outputs(key: string, program: Program): Tensors {
    const tensors: Record<string, Tensor> = {};
    for (const [name, { dtype, shape }] of Object.entries(program.outputs)) {
      if (dtype === "float32") tensors[name] = float32(shape, this.#take(`${key}/${name}`, sizeOf(shape)));
    }
    return tensors;
  }

  #take(key: string, length: number): Float32Array {
    const known = this.#buffers.get(key);
    const buffer = known && known.length >= length ? known : new Float32Array(length);
    this.#buffers.set(key, buffer);
    return buffer.subarray(0, length);
  }
}
