import { type ComputeDtype, type HalfDtype, halfBits, scaledOperand } from "../compute-dtype.ts";
import type { Program } from "../program.ts";
import { freeInputs, type Tensors } from "../runtime.ts";
import { floats } from "../tensor.ts";
import { check, describe, type Value } from "../value.ts";
import { Lowering, lowerings } from "./lower.ts";
import { DATA_TYPE, encodeModel, type OnnxNode } from "./model.ts";

export interface ToOnnxOptions {
  /** Use operators that all providers have, not the CPU's fastest. (default false) */
  readonly portable?: boolean;
  /** Inputs whose elements are written into the model, by name. (default none) */
  readonly constants?: Tensors;
  /** Compute type for operands and results of matrix products. (default "float32") */
  readonly computeDtype?: ComputeDtype;
  /** Extra first output's name: a sequence without tensors. (default none) */
  readonly emptySequence?: string | undefined;
}

/** Compiles a program to an ONNX model; inputs and outputs keep their names. */
export function toOnnx(program: Program, options: ToOnnxOptions = {}): Uint8Array {
  const { portable = false, constants = {}, computeDtype = "float32", emptySequence } = options;
  const free = freeInputs(program, constants);
  const { lowering, nodes } = lowered(program, { portable, constants, computeDtype });
  // Weights that only products read are written in the compute type alone.
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

/** Matrix products in half precision: each operand cast once, results cast back. Bound weights are rounded here. */
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
 * Moves nodes with unread results to the end, in reverse: onnxruntime executes backwards from the last. A backward
 * graph's own order would hold values for weight gradients until the end. Source: Graph::ReverseDFSFrom of onnxruntime,
 * core/graph/graph.cc.
 */
export function endsFirst(nodes: readonly OnnxNode[]): OnnxNode[] {
  const taken = new Set(nodes.flatMap(({ inputs }) => inputs));
  const isEnd = ({ outputs }: OnnxNode): boolean => outputs.every((name) => !taken.has(name));
  return [...nodes.filter((node) => !isEnd(node)), ...nodes.filter(isEnd).reverse()];
}

/** Largest index that float32 represents exactly, with all below. */
const LARGEST_INDEX = 2 ** 24;

/**
 * Lowerings for GPU providers, which lack int64 arithmetic (WebGPU even reshapes), `FusedMatMul`, `LogSoftmax`, `Sign`.
 * int64 only feeds `Gather`, which makes it numbers. Atomic sums in `ScatterElements` vary between runs.
 */
const portableLowerings = {
  /** Sign as (x > 0) − (x < 0). */
  sign: (l: Lowering, v: Value<"sign">): void => {
    const x = l.name(v.inputs[0]!);
    const zero = l.scalar(0);
    const isSign = (comparison: string): string =>
      l.temporary("Cast", [l.temporary(comparison, [x, zero])], { to: 1 });
    l.emit(v, "Sub", [isSign("Greater"), isSign("Less")]);
  },

  /** Matrix product by Gemm; batched products have transposes written out. */
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

  /** Scatter-add as one-hot rows, transposed, times the updates. */
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

  /** Cross-entropy log Σ e^s − s[label], with s = logits − the row's maximum. */
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

/** Masks x `[n, width]` or `[n, 1]` to column `columns[i]` in row i, else 0, even beside infinities: `[n, width]`. */
function onlyAt(l: Lowering, x: string, columns: Value, width: number): string {
  return l.temporary("Where", [oneHot(l, columns, width), x, l.scalar(0)]);
}

/** Transposed operands for a batched product: standard MatMul has no flags. */
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

/** Rows with one true element, bool `[n, width]`: true at column `indices[i]` in row i. */
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
