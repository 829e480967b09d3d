import { float32, type Program, sizeOf, type Tensor, type Tensors } from "@lorank/graph";
import type { BlockRun } from "./block-program.ts";

/**
 * Buffers for a run's float32 outputs, by name. Forward outputs stay until the backward pass, others alternate between
 * two buffers.
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

/** Reusable memory for float32 outputs in any shape: new memory costs a page fault every 4 KiB. */
export class Workspace {
  readonly #buffers = new Map<string, Float32Array>();

  /** Output tensors for a run's program; valid until another run takes their buffers. */
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
