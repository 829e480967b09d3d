import type { ComputeDtype } from "../compute-dtype.ts";
import type { Program } from "../program.ts";
import { freeInputs, type Tensors } from "../runtime.ts";
import { halfProducts } from "./half-products.ts";
import { Lowering, lowerings } from "./lower.ts";
import { encodeModel, type OnnxNode } from "./model.ts";
import { endsFirst } from "./order.ts";
import { portableLowerings } from "./portable.ts";

export interface ToOnnxOptions {
  /** Use only operators that every provider has, rather than those that are fastest on the CPU. (default false) */
  readonly portable?: boolean;
  /** Inputs whose elements are written into the model, by name. (default none) */
  readonly constants?: Tensors;
  /** What the operands of matrix products are rounded to, and their results. (default "float32") */
  readonly computeDtype?: ComputeDtype;
  /** Name of one more output, before the others: a sequence of no tensors. (default none) */
  readonly emptySequence?: string | undefined;
}

/** Compiles a program to the bytes of an ONNX model whose inputs and outputs have the program's names. */
export function toOnnx(program: Program, options: ToOnnxOptions = {}): Uint8Array {
  const { portable = false, constants = {}, computeDtype = "float32", emptySequence } = options;
  const free = freeInputs(program, constants);
  const { lowering, nodes } = lowered(program, { portable, constants, computeDtype });
  // A weight that products alone read is there in their type and no other.
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  return encodeModel({
    inputs: free.map(({ name, value }) => ({ name, dtype: value.dtype, shape: value.shape })),
    outputs: Object.entries(program.outputs).map(([name, { dtype, shape }]) => ({ name, dtype, shape })),
    initializers: [
      ...lowering.initializers,
      ...Object.entries(constants).flatMap(([name, tensor]) => (read.has(name) ? [{ name, ...tensor }] : [])),
    ],
    nodes,
    emptySequence,
  });
}

/** A program's nodes as they are written, and the state of their compilation. */
export function lowered(
  program: Program,
  { portable = false, constants = {}, computeDtype = "float32" }: ToOnnxOptions = {},
): { readonly lowering: Lowering; readonly nodes: readonly OnnxNode[] } {
  const rules = {
    ...lowerings,
    ...(portable ? portableLowerings : {}),
    ...(computeDtype === "float32" ? {} : halfProducts(program, computeDtype, constants)),
  };
  const lowering = new Lowering(program, rules, computeDtype === "float32");
  for (const value of program.steps) lowering.lower(value);
  return { lowering, nodes: endsFirst([...lowering.nodes, ...lowering.outputAliases()]) };
}
