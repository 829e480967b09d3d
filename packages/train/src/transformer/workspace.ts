import { float32, type Program, sizeOf, type Tensor, type Tensors } from "@lorank/graph";
import type { BlockRun } from "./block-program.ts";

/**
 * A program's float32 outputs, and their places. Those of the forward pass stay until the backward pass. Otherwise one
 * block's output is read while the next one's is written: two places in turn.
 */
export function workspacePlaces(
  { role, layer }: BlockRun,
  { outputs }: Program,
): { place: string; name: string; shape: readonly number[] }[] {
  const holder = role === "forward" ? layer : layer % 2;
  return Object.entries(outputs).flatMap(([name, { dtype, shape }]) =>
    dtype === "float32" ? [{ place: `${role}.${holder}/${name}`, name, shape }] : [],
  );
}

/**
 * Memory for a program's float32 outputs that is used again at each step. Fresh memory would cost a page fault
 * every 4 KiB; here a step of any shape reuses what the largest one has touched.
 */
export class Workspace {
  readonly #buffers = new Map<string, Float32Array>();

  /** Output tensors of a run's program; valid until another run takes their places. */
  outputs(run: BlockRun, program: Program): Tensors {
    const tensors: Record<string, Tensor> = {};
    for (const { place, name, shape } of workspacePlaces(run, program))
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
