import type { Value } from "../value.ts";
import { check, describe } from "../value.ts";
import type { Lowering } from "./lower.ts";

/** Integers up to here are exact in float32. */
const LARGEST_INDEX = 2 ** 24;

/**
 * The operations that are written otherwise where a provider has no kernel for their usual form. What GPU providers
 * lack is arithmetic on int64 (WebGPU cannot even reshape it), `FusedMatMul`, `LogSoftmax` and `Sign`. An int64 tensor is
 * therefore used for nothing but `Gather`, which turns it into numbers. `ScatterElements` with a sum is avoided for
 * another reason: it adds with atomics, in an order that changes from run to run.
 */
export const portableLowerings = {
  /** (x > 0) − (x < 0). */
  sign: (l: Lowering, v: Value<"sign">): void => {
    const x = l.name(v.inputs[0]!);
    const zero = l.constant(new Float32Array(1), [], "float32");
    const isSign = (comparison: string): string =>
      l.temporary("Cast", [l.temporary(comparison, [x, zero])], { to: 1 });
    l.emit(v, "Sub", [isSign("Greater"), isSign("Less")]);
  },

  /** Matrices as they are in Gemm; batches of them with their transposes written out. */
  matMul: (l: Lowering, v: Value<"matMul">): void => {
    const { transposeA, transposeB, alpha } = v.attributes;
    const [a, b] = v.inputs as readonly [Value, Value];
    if (v.shape.length === 2) {
      const flags = { transA: +transposeA, transB: +transposeB, alpha: { float: alpha } };
      l.emit(v, "Gemm", [l.name(a), l.name(b)], flags);
      return;
    }
    const axes = a.shape.map((_, axis) => axis);
    const perm = [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!];
    const side = (x: Value, transposed: boolean): string =>
      transposed ? l.temporary("Transpose", [l.name(x)], { perm }) : l.name(x);
    const sides = [side(a, transposeA), side(b, transposeB)];
    if (alpha === 1) l.emit(v, "MatMul", sides);
    else l.emit(v, "Mul", [l.temporary("MatMul", sides), l.constant(Float32Array.of(alpha), [], "float32")]);
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
    const column = l.temporary("Reshape", [l.name(amounts), l.int64s([amounts.shape[0]!, 1])]);
    l.emit(v, "Add", [l.name(x), onlyAt(l, column, columns, x.shape[1]!)]);
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
  return l.temporary("Where", [oneHot(l, columns, width), x, l.constant(new Float32Array(1), [], "float32")]);
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
