import { constants } from "node:os";
import type { Attribute } from "./plan.ts";

/**
 * The add-on of tfjs-node 4.22.0, of which TensorFlow.js itself is made: eager operations on tensors that go by number.
 * Source: https://github.com/tensorflow/tfjs/blob/tfjs-v4.22.0/tfjs-node/binding/tfjs_binding.cc
 */
export interface Binding {
  readonly TF_Version: string;
  isUsingGpuDevice(): boolean;
  /** int64 data are passed as an Int32Array of twice the length. The memory may be shared until the tensor is deleted. */
  createTensor(shape: readonly number[], dtype: number, data: Float32Array | Int32Array | Uint8Array): number;
  executeOp(
    op: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    outputs: number,
  ): readonly { readonly id: number }[];
  /** A copy of the elements. Throws for uint8. */
  tensorDataSync(id: number): Float32Array | Int32Array | BigInt64Array;
  deleteTensor(id: number): void;
  getNumOfTensors(): number;
}

/** Loads the add-on at `path`. All symbols are looked up at once: a missing one throws here instead of ending the process later. */
export function openBinding(path: string): Binding {
  const module = { exports: {} as Binding };
  process.dlopen(module, path, constants.dlopen.RTLD_NOW);
  return module.exports;
}
