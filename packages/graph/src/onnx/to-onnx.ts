import { type ComputeDtype, type HalfDtype, halfBits, scaledOperand } from "../compute-dtype.ts";
import type { Program } from "../program.ts";
import { freeInputs, type Tensors } from "../runtime.ts";
import { floats } from "../tensor.ts";
import { check, describe, type Value } from "../value.ts";
import { Lowering, lowerings } from "./lower.ts";
import { DATA_TYPE, encodeModel, type OnnxNode } from "./model.ts";

export interface ToOnnxOptions {
  /** Use only operators that every provider has, rather than those that are fastest on the CPU. (default false) */
  readonly portable?: boolean;
  /** Inputs whose elements are written into the model, by name. (default none) */
  readonly constants?: Tensors;
  /** Type to which the operands of matrix products and their results are rounded. (default "float32") */
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
  const lowering = new Lowering(
    program,
    rules,
    computeDtype === "float32",
    !portable && computeDtype === "float32",
  );
  for (const value of program.steps) lowering.lower(value);
  return { lowering, nodes: endsFirst([...lowering.nodes, ...lowering.outputAliases()]) };
}

/**
 * Matrix products in a type of two bytes: both operands are cast to it, each once a program, and the result is cast back.
 * A bound weight is rounded here and stored in that type.
 */
function halfProducts(program: Program, type: HalfDtype, constants: Tensors) {
  const bound = new Map(
    program.inputs.flatMap(({ name, value }) => (constants[name] ? [[value, constants[name]] as const] : [])),
  );
  const rounded = new Map<string, string>();

  function operand(l: Lowering, x: Value, factor: number): string {
    const key = `${l.name(x)} ${factor}`;
    const known = rounded.get(key);
    if (known !== undefined) return known;
    const made = cast(l, x, factor);
    rounded.set(key, made);
    return made;
  }

  function cast(l: Lowering, x: Value, factor: number): string {
    const constant = bound.get(x);
    if (constant && factor === 1) {
      const name = `${l.name(x)}.${type}`;
      l.initializers.push({ name, dtype: type, shape: x.shape, data: halfBits(type, floats(constant)) });
      return name;
    }
    const scaled = factor === 1 ? l.name(x) : l.temporary("Mul", [l.name(x), l.scalar(factor)]);
    return l.temporary("Cast", [scaled], { to: DATA_TYPE[type] });
  }

  return {
    matMul: (l: Lowering, v: Value<"matMul">): void => {
      const { transposeA, transposeB, alpha } = v.attributes;
      const scaled = scaledOperand(v);
      const sides = v.inputs.map((x, i) => operand(l, x, i === scaled ? alpha : 1));
      const product =
        v.shape.length === 2
          ? l.temporary("Gemm", sides, { transA: +transposeA, transB: +transposeB })
          : l.temporary("MatMul", transposedSides(l, v, sides));
      l.emit(v, "Cast", [product], { to: DATA_TYPE.float32 });
    },
  };
}

/**
 * Orders nodes so that onnxruntime computes each result as soon as it can. It begins with the last node of those whose
 * results no other node takes, does what that needs, and goes on with the one before. In the order of a backward graph it
 * would run along the chain of gradients first. The values that gradients of weights need would stay until the end. Source: Graph::ReverseDFSFrom of onnxruntime, core/graph/graph.cc.
 */
export function endsFirst(nodes: readonly OnnxNode[]): OnnxNode[] {
  const taken = new Set(nodes.flatMap(({ inputs }) => inputs));
  const isEnd = ({ outputs }: OnnxNode): boolean => outputs.every((name) => !taken.has(name));
  return [...nodes.filter((node) => !isEnd(node)), ...nodes.filter(isEnd).reverse()];
}

/** Integers up to here are exact in float32. */
const LARGEST_INDEX = 2 ** 24;

/**
 * The operations that are written otherwise where a provider has no kernel for their common form. GPU providers lack
 * arithmetic on int64 (WebGPU cannot even reshape it), `FusedMatMul`, `LogSoftmax` and `Sign`. An int64 tensor is therefore
 * used for nothing but `Gather`, which turns it into numbers. `ScatterElements` with a sum is avoided for another reason: it
 * adds with atomics, in an order that changes from run to run.
 */
const portableLowerings = {
  /** (x > 0) − (x < 0). */
  sign: (l: Lowering, v: Value<"sign">): void => {
    const x = l.name(v.inputs[0]!);
    const zero = l.scalar(0);
    const isSign = (comparison: string): string =>
      l.temporary("Cast", [l.temporary(comparison, [x, zero])], { to: 1 });
    l.emit(v, "Sub", [isSign("Greater"), isSign("Less")]);
  },

  /** Matrices as they are in Gemm; batches of them with their transposes written out. */
  matMul: (l: Lowering, v: Value<"matMul">) => {
    const { transposeA, transposeB, alpha } = v.attributes;
    if (v.shape.length === 2) {
      const flags = { transA: +transposeA, transB: +transposeB, alpha: { float: alpha } };
      return l.emit(v, "Gemm", l.names(v), flags);
    }
    const sides = transposedSides(l, v, l.names(v));
    if (alpha === 1) l.emit(v, "MatMul", sides);
    else l.emit(v, "Mul", [l.temporary("MatMul", sides), l.scalar(alpha)]);
  },

  /** One-hot rows, transposed, times the updates. */
  scatterAddRows: (l: Lowering, v: Value<"scatterAddRows">): void => {
    const [updates, indices] = v.inputs as readonly [Value, Value];
    const places = l.temporary("Cast", [oneHot(l, indices, v.attributes.rows)], { to: 1 });
    l.emit(v, "Gemm", [places, l.name(updates)], { transA: 1 });
  },

  gatherColumns: (l: Lowering, v: Value<"gatherColumns">): void => {
    const [x, columns] = v.inputs as readonly [Value, Value];
    l.emit(v, "ReduceSum", [onlyAt(l, l.name(x), columns, x.shape[1]!), l.int64s([1])], { keepdims: 0 });
  },

  addToColumns: (l: Lowering, v: Value<"addToColumns">): void => {
    const [x, columns, amounts] = v.inputs as readonly [Value, Value, Value];
    l.emit(v, "Add", [l.name(x), onlyAt(l, l.column(amounts), columns, x.shape[1]!)]);
  },

  /** log Σ e^s − s[label], for the logits s less the largest of their row. */
  crossEntropy: (l: Lowering, v: Value<"crossEntropy">): void => {
    const [logits, labels] = v.inputs as readonly [Value, Value];
    const axis = l.int64s([1]);
    const sum = (x: string): string => l.temporary("ReduceSum", [x, axis], { keepdims: 0 });
    const largest = l.temporary("ReduceMax", [l.name(logits), axis], { keepdims: 1 });
    const shifted = l.temporary("Sub", [l.name(logits), largest]);
    const logTotal = l.temporary("Log", [sum(l.temporary("Exp", [shifted]))]);
    l.emit(v, "Sub", [logTotal, sum(onlyAt(l, shifted, labels, logits.shape[1]!))]);
  },
};

/** x `[n, width]` or `[n, 1]` at column `columns[i]` of row i, and 0 elsewhere: `[n, width]`. Infinities elsewhere do no harm. */
function onlyAt(l: Lowering, x: string, columns: Value, width: number): string {
  return l.temporary("Where", [oneHot(l, columns, width), x, l.scalar(0)]);
}

/** Both sides of a product of batches with their transposes written out: the standard has no such product with flags. */
function transposedSides(
  l: Lowering,
  { attributes, shape }: Value<"matMul">,
  sides: readonly string[],
): string[] {
  const isTransposed = [attributes.transposeA, attributes.transposeB];
  const perm = shape.map((_, axis) => axis);
  perm.push(...perm.splice(-2).reverse());
  return sides.map((side, i) => (isTransposed[i] ? l.temporary("Transpose", [side], { perm }) : side));
}

/** bool `[n, width]`: true at column `indices[i]` of row i. */
function oneHot(l: Lowering, indices: Value, width: number): string {
  check(
    width <= LARGEST_INDEX,
    () => `an index into ${width} columns is not exact in float32, for ${describe(indices)}`,
  );
  const numbers = l.iota(width);
  const asFloats = l.temporary("Gather", [numbers, l.name(indices)], { axis: 0 });
  const column = l.temporary("Reshape", [asFloats, l.int64s([indices.shape[0]!, 1])]);
  return l.temporary("Equal", [column, numbers]);
}
