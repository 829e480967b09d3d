import { type DType, type DTypeArray, type Shape, sameShape, sizeOf } from "../tensor.ts";
import { check, checkFloat, describe, makeValue, type Value } from "../value.ts";

/** Input tensor, fed at each run under `name`. */
export function input(name: string, shape: Shape, dtype: DType = "float32"): Value {
  check(name.length > 0, () => "input needs a name");
  check(
    shape.every((dim) => Number.isInteger(dim) && dim > 0),
    () => `input "${name}" needs positive integer dimensions, got [${shape.join(",")}]`,
  );
  return makeValue("input", [], { name }, shape, dtype);
}

/** Constant float32 tensor; a scalar without `shape`. */
export function constant(data: number | readonly number[] | Float32Array, shape: Shape = []): Value {
  const array = typeof data === "number" ? [data] : data;
  return literal(array instanceof Float32Array ? array : Float32Array.from(array), shape, "float32");
}

function literal(data: DTypeArray, shape: Shape, dtype: DType): Value {
  check(
    data.length === sizeOf(shape),
    () => `constant of shape [${shape.join(",")}] got ${data.length} elements`,
  );
  return makeValue("constant", [], { data }, shape, dtype);
}

/** Reshapes: same elements in row-major order, in another shape with equal size. */
export function reshape(x: Value, shape: Shape): Value {
  check(
    sizeOf(shape) === sizeOf(x.shape),
    () => `reshape cannot turn ${describe(x)} into [${shape.join(",")}]`,
  );
  return sameShape(shape, x.shape) ? x : makeValue("reshape", [x], { shape }, shape, x.dtype);
}

/** Transposes: axis i of the result is axis `permutation[i]` of x. */
export function transpose(x: Value, permutation: readonly number[]): Value {
  const sorted = [...permutation].sort((a, b) => a - b);
  check(
    sorted.length === x.shape.length && sorted.every((axis, i) => axis === i),
    () => `transpose of ${describe(x)} needs a permutation of its axes, got [${permutation.join(",")}]`,
  );
  const shape = permutation.map((axis) => x.shape[axis]!);
  return makeValue("transpose", [x], { permutation }, shape, x.dtype);
}

/** Broadcasts: repeats dimensions with size 1 (and missing leading dimensions) up to `shape`. */
export function expand(x: Value, shape: Shape): Value {
  checkFloat("expand", x);
  const lead = shape.length - x.shape.length;
  check(
    lead >= 0 && x.shape.every((dim, axis) => dim === 1 || dim === shape[axis + lead]),
    () => `expand cannot turn ${describe(x)} into [${shape.join(",")}]`,
  );
  return sameShape(shape, x.shape) ? x : makeValue("expand", [x], { shape }, shape);
}

/** Slice of the last axis, elements `start` to `start + size`: `[..., size]`. */
export function sliceLast(x: Value, start: number, size: number): Value {
  checkFloat("sliceLast", x);
  const width = x.shape.at(-1) ?? 0;
  check(
    start >= 0 && size > 0 && start + size <= width,
    () => `sliceLast of ${describe(x)} needs a part of its last axis, got ${start} to ${start + size}`,
  );
  if (size === width) return x;
  return makeValue("sliceLast", [x], { start }, [...x.shape.slice(0, -1), size]);
}

/** Pads with zeros: x begins at `start` in a last axis with `width` elements. Adjoint of {@link sliceLast}. */
export function padLast(x: Value, start: number, width: number): Value {
  checkFloat("padLast", x);
  const size = x.shape.at(-1) ?? 0;
  check(
    start >= 0 && size > 0 && start + size <= width,
    () => `padLast of ${describe(x)} needs room in ${width} elements, got ${start} to ${start + size}`,
  );
  return makeValue("padLast", [x], { start }, [...x.shape.slice(0, -1), width]);
}

function checkIndices(op: string, indices: Value): void {
  check(
    indices.dtype === "int64" && indices.shape.length === 1,
    () => `${op} needs int64 indices of one axis, got ${describe(indices)}`,
  );
}

/** Gathers rows `indices` `[k]` from `table` `[n, width]`: `[k, width]`. */
export function gatherRows(table: Value, indices: Value): Value {
  checkFloat("gatherRows", table);
  checkIndices("gatherRows", indices);
  check(table.shape.length === 2, () => `gatherRows needs a table [rows, width], got ${describe(table)}`);
  return makeValue("gatherRows", [table, indices], {}, [indices.shape[0]!, table.shape[1]!]);
}

/**
 * Scatter-add: zeros `[rows, width]` to which row j of `updates` `[k, width]` is added at `indices[j]`. Adjoint of
 * {@link gatherRows}.
 */
export function scatterAddRows(updates: Value, indices: Value, rows: number): Value {
  checkFloat("scatterAddRows", updates);
  checkIndices("scatterAddRows", indices);
  check(
    updates.shape.length === 2 && updates.shape[0] === indices.shape[0],
    () => `scatterAddRows needs one row an index, got ${describe(updates)} for ${describe(indices)}`,
  );
  return makeValue("scatterAddRows", [updates, indices], { rows }, [rows, updates.shape[1]!]);
}

/** Gathers element `columns[i]` from row i of x `[n, width]`: `[n]`. */
export function gatherColumns(x: Value, columns: Value): Value {
  checkColumns("gatherColumns", x, columns);
  return makeValue("gatherColumns", [x, columns], {}, [columns.shape[0]!]);
}

/** Adds `amounts[i]` at `columns[i]` in row i of x `[n, width]`. Adjoint of {@link gatherColumns} in `amounts`. */
export function addToColumns(x: Value, columns: Value, amounts: Value): Value {
  checkColumns("addToColumns", x, columns);
  checkFloat("addToColumns", amounts);
  check(
    amounts.shape.length === 1 && amounts.shape[0] === columns.shape[0],
    () => `addToColumns needs one amount a row, got ${describe(amounts)} for ${describe(columns)}`,
  );
  return makeValue("addToColumns", [x, columns, amounts], {}, x.shape);
}

function checkColumns(op: string, x: Value, columns: Value): void {
  checkFloat(op, x);
  checkIndices(op, columns);
  check(
    x.shape.length === 2 && x.shape[0] === columns.shape[0],
    () => `${op} needs one column a row, got ${describe(columns)} for ${describe(x)}`,
  );
}

/** Index (int64) of the largest element along the last axis, the first among equals. No gradient. */
export function argMax(x: Value): Value {
  checkFloat("argMax", x);
  check(x.shape.length > 0, () => `argMax needs at least one axis, got ${describe(x)}`);
  return makeValue("argMax", [x], {}, x.shape.slice(0, -1), "int64");
}
