/** Tensor with elements in row-major order; runtimes read `data` in place if they can. */
export interface Tensor {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: DTypeArray;
}

export function float32(shape: Shape, data: Float32Array = new Float32Array(sizeOf(shape))): Tensor {
  return checked({ dtype: "float32", shape, data });
}

export function int64(shape: Shape, data: BigInt64Array | readonly number[]): Tensor {
  const big = data instanceof BigInt64Array ? data : BigInt64Array.from(data, BigInt);
  return checked({ dtype: "int64", shape, data: big });
}

export function uint8(shape: Shape, data: Uint8Array): Tensor {
  return checked({ dtype: "uint8", shape, data });
}

/** Float32 elements; throws for other dtypes. */
export function floats(tensor: Tensor): Float32Array {
  if (tensor.data instanceof Float32Array) return tensor.data;
  throw new TypeError(`tensor must be float32, got ${tensor.dtype}`);
}

function checked(tensor: Tensor): Tensor {
  if (tensor.data.length === sizeOf(tensor.shape)) return tensor;
  throw new TypeError(
    `tensor of shape [${tensor.shape.join(",")}] must have ${sizeOf(tensor.shape)} elements, got ${tensor.data.length}`,
  );
}

export type DType = "float32" | "int64" | "uint8";
export type DTypeArray = Float32Array | BigInt64Array | Uint8Array;
export type Shape = readonly number[];

/** Element count; 1 for a scalar `[]`. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const dim of shape) size *= dim;
  return size;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis]);
}
