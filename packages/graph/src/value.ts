import type { DType, DTypeArray, Shape } from "./tensor.ts";

/** Graph value, an immutable tensor; a graph is all values reachable from the outputs. `id` orders topologically. */
export interface Value<Name extends OpName = OpName> {
  readonly id: number;
  readonly op: Name;
  readonly inputs: readonly Value[];
  readonly attributes: OpAttributes[Name];
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Thrown while building a graph; names the operation, the requirement, and what it got. */
export class GraphError extends Error {
  override readonly name = "GraphError";
  readonly code = "E_GRAPH";
}

let nextId = 0;

/** Makes a value; only operations call this, after checking their inputs. */
export function makeValue<Name extends OpName>(
  op: Name,
  inputs: readonly Value[],
  attributes: OpAttributes[Name],
  shape: Shape,
  dtype: DType = "float32",
): Value<Name> {
  return { id: nextId++, op, inputs, attributes, shape, dtype };
}

/** Narrows a value to an operation, for typed attributes. */
export function isOp<Name extends OpName>(value: Value, op: Name): value is Value<Name> {
  return value.op === op;
}

/** Type and shape, such as `float32[2,3]`, for error messages. */
export function describe(value: Pick<Value, "dtype" | "shape">): string {
  return `${value.dtype}[${value.shape.join(",")}]`;
}

/** Throws a {@link GraphError} unless `condition` holds. */
export function check(condition: boolean, message: () => string): asserts condition {
  if (!condition) throw new GraphError(message());
}

export function checkFloat(op: string, ...values: readonly Value[]): void {
  for (const value of values) {
    check(
      value.dtype === "float32",
      () => `${op} needs float32 inputs, got ${values.map(describe).join(" and ")}`,
    );
  }
}

type None = Readonly<Record<never, never>>;

/** Operations with their attributes. Every runtime and the VJP table must cover all. */
export interface OpAttributes {
  readonly input: { readonly name: string };
  readonly constant: { readonly data: DTypeArray };
  readonly add: None;
  readonly sub: None;
  readonly mul: None;
  readonly div: None;
  readonly exp: None;
  readonly log: None;
  readonly sqrt: None;
  readonly sigmoid: None;
  readonly tanh: None;
  readonly erf: None;
  readonly relu: None;
  readonly sign: None;
  readonly stopGradient: None;
  readonly cast: { readonly to: DType };
  readonly sum: { readonly axes: readonly number[] };
  readonly reshape: { readonly shape: Shape };
  readonly expand: { readonly shape: Shape };
  readonly transpose: { readonly permutation: readonly number[] };
  readonly sliceLast: { readonly start: number };
  readonly padLast: { readonly start: number };
  readonly matMul: { readonly transposeA: boolean; readonly transposeB: boolean; readonly alpha: number };
  readonly softmax: None;
  readonly gelu: None;
  readonly layerNorm: { readonly epsilon: number };
  readonly rmsNorm: { readonly epsilon: number };
  readonly rotary: { readonly inverse: boolean };
  readonly gatherRows: None;
  readonly scatterAddRows: { readonly rows: number };
  readonly gatherColumns: None;
  readonly addToColumns: None;
  readonly crossEntropy: None;
  readonly argMax: None;
  readonly decode4bit: {
    readonly levels: readonly number[];
    readonly blockSize: number;
    readonly shape: Shape;
    readonly product: "nf4" | "fp4" | undefined;
  };
}

export type OpName = keyof OpAttributes;
