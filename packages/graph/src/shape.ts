export type DType = "float32" | "int64" | "uint8";
export type DTypeArray = Float32Array | BigInt64Array | Uint8Array;
export type Shape = readonly number[];

/** Number of elements of a shape; 1 for a scalar `[]`. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const dim of shape) size *= dim;
  return size;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis]);
}
