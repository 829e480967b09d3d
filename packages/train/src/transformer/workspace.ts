import { float32, type Program, sizeOf, type Tensor, type Tensors } from "@lorank/graph";

/**
 * The holder of a block's outputs. Those of the forward pass stay until the backward pass. Otherwise one block's output
 * is read while the next one's is written: two places in turn.
 */
export function workspaceKey(role: "forward" | "evaluate" | "backward", layer: number): string {
  return `${role}.${role === "forward" ? layer : layer % 2}`;
}

/** A program's float32 outputs, and where the holder `key` keeps them. */
export function workspacePlaces(
  key: string,
  { outputs }: Program,
): { place: string; name: string; shape: readonly number[] }[] {
  return Object.entries(outputs).flatMap(([name, { dtype, shape }]) =>
    dtype === "float32" ? [{ place: `${key}/${name}`, name, shape }] : [],
  );
}

/**
 * Memory for a program's float32 outputs that is used again at each step. Fresh memory would cost a page fault
 * every 4 KiB; here a step of any shape reuses what the largest one has touched.
 */
export class Workspace {
  readonly #buffers = new Map<string, Float32Array>();

  /** Output tensors of `program` for the holder `key`; valid until the next call with the same key. */
  outputs(key: string, program: Program): Tensors {
    const tensors: Record<string, Tensor> = {};
    for (const { place, name, shape } of workspacePlaces(key, program))
      tensors[name] = float32(shape, this.#take(place, sizeOf(shape)));
    return tensors;
  }

  #take(place: string, length: number): Float32Array {
    const known = this.#buffers.get(place);
    const buffer = known && known.length >= length ? known : new Float32Array(length);
    this.#buffers.set(place, buffer);
    return buffer.subarray(0, length);
  }
}
