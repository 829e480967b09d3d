/** A matrix as its columns, in float64. All have the same length. */
export type Columns = readonly Float64Array[];

/** `length` zeros, `count` times. */
export function zeroColumns(count: number, length: number): Float64Array[] {
  return Array.from({ length: count }, () => new Float64Array(length));
}

/** xᵀy from element `start` on. */
export function dot(x: Float64Array, y: Float64Array, start = 0): number {
  let sum = 0;
  for (let i = start; i < x.length; i++) sum += x[i]! * y[i]!;
  return sum;
}

/** x Yᵀ for x `[m, p]` and y `[n, p]` as columns: `[m, n]`. */
export function timesTransposed(x: Columns, y: Columns): Float64Array[] {
  const product = zeroColumns(y[0]?.length ?? 0, x[0]?.length ?? 0);
  for (let j = 0; j < product.length; j++) {
    const column = product[j]!;
    for (let k = 0; k < x.length; k++) {
      const [factor, source] = [y[k]![j]!, x[k]!];
      if (factor === 0) continue;
      for (let i = 0; i < column.length; i++) column[i]! += factor * source[i]!;
    }
  }
  return product;
}

/** The columns of the transposed matrix. */
export function transposed(x: Columns): Float64Array[] {
  const result = zeroColumns(x[0]?.length ?? 0, x.length);
  for (let j = 0; j < x.length; j++) {
    for (let i = 0; i < result.length; i++) result[i]![j] = x[j]![i]!;
  }
  return result;
}
