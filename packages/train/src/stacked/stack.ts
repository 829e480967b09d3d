import { float32, floats, type Tensor } from "@lorank/graph";
import { loraBName } from "../adapter/names.ts";
import { transpose } from "../transpose.ts";

/** The trained tensors of several trials behind each other, as a model of several trials reads them. */
export interface Stack {
  /** `[trials, ...]` by name: A, and B transposed, filled up with rows of zeros to the largest rank; heads as they are. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** The part of each array that is one trial's own; `arrays` are laid out as `tensors`. */
  ownOf(arrays: ReadonlyMap<string, Float32Array>, trial: number): Map<string, Float32Array>;
}

export function stackTensors(trials: readonly ReadonlyMap<string, Tensor>[]): Stack {
  const shapes = new Map<string, readonly number[]>();
  for (const trained of trials) {
    for (const [name, { shape }] of trained) {
      const laid = isLoraB(name) ? [...shape].reverse() : shape;
      const known = shapes.get(name);
      shapes.set(name, known ? laid.map((dim, axis) => Math.max(dim, known[axis]!)) : laid);
    }
  }
  const tensors = new Map(
    [...shapes].map(([name, shape]) => [name, float32([trials.length, ...shape])] as const),
  );
  const stack: Stack = {
    tensors,
    ownOf: (arrays, trial) =>
      new Map(
        [...trials[trial]!].map(([name, { data }]) => {
          const all = arrays.get(name)!;
          const start = (trial * all.length) / trials.length;
          return [name, all.subarray(start, start + data.length)];
        }),
      ),
  };
  const arrays = new Map([...tensors].map(([name, tensor]) => [name, floats(tensor)]));
  for (const [trial, trained] of trials.entries()) {
    const own = stack.ownOf(arrays, trial);
    for (const [name, tensor] of trained) own.get(name)!.set(inStack(name, tensor));
  }
  return stack;
}

/** Writes a trial's part of a stack back into its tensors. */
export function unstack(own: ReadonlyMap<string, Float32Array>, trained: ReadonlyMap<string, Tensor>): void {
  for (const [name, tensor] of trained) {
    const values = own.get(name)!;
    const [outDim, rank] = tensor.shape as readonly [number, number];
    floats(tensor).set(isLoraB(name) ? transpose(values, rank, outDim) : values);
  }
}

function inStack(name: string, tensor: Tensor): Float32Array {
  const [outDim, rank] = tensor.shape as readonly [number, number];
  return isLoraB(name) ? transpose(floats(tensor), outDim, rank) : floats(tensor);
}

const isLoraB = (name: string): boolean => name.endsWith(loraBName(""));
