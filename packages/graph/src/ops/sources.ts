import { type DType, type DTypeArray, type Shape, sizeOf } from "../shape.ts";
import type { Value } from "../value.ts";
import { check, makeValue } from "../value.ts";

/** A tensor that is given anew at each run, under `name`. */
export function input(name: string, shape: Shape, dtype: DType = "float32"): Value {
  check(name.length > 0, () => "input needs a name");
  check(
    shape.every((dim) => Number.isInteger(dim) && dim > 0),
    () => `input "${name}" needs positive integer dimensions, got [${shape.join(",")}]`,
  );
  return makeValue("input", [], { name }, shape, dtype);
}

/** A float32 tensor that is part of the graph; a scalar when `shape` is left out. */
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
