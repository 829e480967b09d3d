import type { OpAttributes, OpName } from "./op-attributes.ts";
import type { DType, Shape } from "./shape.ts";

/**
 * One tensor in a graph: what computes it, its shape and its dtype. Values are immutable and know their inputs,
 * so a graph is just the values reachable from its outputs. `id` grows with creation: sorting by it is a
 * topological order.
 */
export interface Value<Name extends OpName = OpName> {
  readonly id: number;
  readonly op: Name;
  readonly inputs: readonly Value[];
  readonly attributes: OpAttributes[Name];
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Thrown while a graph is built: the operation, what it needs, and the shapes or dtypes that it got. */
export class GraphError extends Error {
  override readonly name = "GraphError";
  readonly code = "E_GRAPH";
}

let nextId = 0;

/** Makes a value. Operations call this after they have checked their inputs; nobody else should. */
export function makeValue<Name extends OpName>(
  op: Name,
  inputs: readonly Value[],
  attributes: OpAttributes[Name],
  shape: Shape,
  dtype: DType = "float32",
): Value<Name> {
  return { id: nextId++, op, inputs, attributes, shape, dtype };
}

/** Narrows a value to one operation, so that its attributes are typed. */
export function isOp<Name extends OpName>(value: Value, op: Name): value is Value<Name> {
  return value.op === op;
}

/** `float32[2,3]`, for error messages. */
export function describe(value: Pick<Value, "dtype" | "shape">): string {
  return `${value.dtype}[${value.shape.join(",")}]`;
}

/** Throws a {@link GraphError} unless `condition` holds. `message` is built only on failure. */
export function check(condition: boolean, message: () => string): asserts condition {
  if (!condition) throw new GraphError(message());
}

/** Throws unless every value is float32. */
export function checkFloat(op: string, ...values: readonly Value[]): void {
  for (const value of values) {
    check(
      value.dtype === "float32",
      () => `${op} needs float32 inputs, got ${values.map(describe).join(" and ")}`,
    );
  }
}
