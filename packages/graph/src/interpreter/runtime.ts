import type { ComputeDtype } from "../compute-dtype.ts";
import type { Program } from "../program.ts";
import { checkFeeds, freeInputs, type Runtime, type Tensors } from "../runtime.ts";
import type { DType, DTypeArray, Tensor } from "../tensor.ts";
import { isOp, type Value } from "../value.ts";
import { type Array64, kernels, roundedMatMul } from "./kernels.ts";

/**
 * Reference runtime for tests: float64 loops, outputs in float32.
 * @param computeDtype type for operands and results of matrix products; sums stay exact. (default "float32": unrounded)
 */
export function referenceRuntime({
  computeDtype = "float32",
}: {
  readonly computeDtype?: ComputeDtype;
} = {}): Runtime {
  return {
    name: "reference",
    device: "cpu",
    computeDtype,
    compile: async (program, { constants = {} } = {}) => {
      const free = freeInputs(program, constants);
      return {
        run: async (feeds) => {
          checkFeeds(free, feeds);
          const outputs = interpret(program, { ...feeds, ...constants }, computeDtype);
          return Object.fromEntries(
            Object.entries(program.outputs).map(([name, { dtype }]) => [name, narrow(outputs[name]!, dtype)]),
          );
        },
        dispose: async () => {},
      };
    },
  };
}

/**
 * Runs a program in float64; feeds may be float64 too, for finite differences.
 * @param computeDtype type for operands and results of matrix products. (default "float32": unrounded)
 */
export function interpret(
  program: Program,
  feeds: Tensors | Readonly<Record<string, Array64>>,
  computeDtype: ComputeDtype = "float32",
): Record<string, Array64> {
  const computed = new Map<Value, Array64>();
  for (const { name, value } of program.inputs)
    computed.set(value, { shape: value.shape, data: widen(feeds[name]!.data) });
  for (const value of program.steps) {
    if (isOp(value, "constant")) {
      computed.set(value, { shape: value.shape, data: widen(value.attributes.data) });
      continue;
    }
    const inputs = value.inputs.map((x) => computed.get(x)!);
    if (computeDtype !== "float32" && isOp(value, "matMul")) {
      const [a, b] = inputs as [Array64, Array64];
      computed.set(value, { shape: value.shape, data: roundedMatMul(value, a, b, computeDtype) });
      continue;
    }
    const kernel = kernels[value.op as keyof typeof kernels] as (
      v: Value,
      inputs: readonly Array64[],
    ) => Float64Array;
    computed.set(value, { shape: value.shape, data: kernel(value, inputs) });
  }
  return Object.fromEntries(
    Object.entries(program.outputs).map(([name, value]) => [name, computed.get(value)!]),
  );
}

function widen(data: DTypeArray | Float64Array): Float64Array {
  if (data instanceof Float64Array) return data;
  return data instanceof BigInt64Array ? Float64Array.from(data, Number) : Float64Array.from(data);
}

function narrow({ shape, data }: Array64, dtype: DType): Tensor {
  if (dtype === "int64") return { dtype, shape, data: BigInt64Array.from(data, (x) => BigInt(x)) };
  return { dtype, shape, data: dtype === "uint8" ? Uint8Array.from(data) : Float32Array.from(data) };
}
