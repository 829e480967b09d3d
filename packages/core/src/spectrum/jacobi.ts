/** M = U diag(σ) Vᵀ, with p = min(rows, columns). */
export interface Svd {
  /** p columns `[rows]`; zero where σ is zero. */
  readonly u: Columns;
  /** Singular values, descending, `[p]`. */
  readonly sigma: Float64Array;
  /** p columns `[columns]`; zero where σ is zero and M is wide. */
  readonly v: Columns;
}

// Most passes over all column pairs. Usually ten suffice; the loop ends when a sweep finds nothing to rotate.
const MOST_SWEEPS = 60;

/**
 * Singular value decomposition of a small matrix, passed as columns, which are overwritten. One-sided Jacobi rotates
 * column pairs until all are orthogonal; their lengths are the singular values. Source: Demmel & Veselić, Jacobi's
 * method is more accurate than QR, SIAM J. Matrix Anal. Appl. 13 (1992)
 */
export function jacobiSvd(m: Float64Array[]): Svd {
  const rows = m[0]?.length ?? 0;
  if (rows < m.length) {
    const { u, sigma, v } = jacobiSvd(transposed(m));
    return { u: v, sigma, v: u };
  }
  const v = zeroColumns(m.length, m.length);
  for (let j = 0; j < m.length; j++) v[j]![j] = 1;
  for (let sweep = 0, rotated = true; rotated && sweep < MOST_SWEEPS; sweep++) {
    rotated = false;
    for (let i = 0; i < m.length; i++) {
      for (let j = i + 1; j < m.length; j++) {
        if (orthogonalise(m, v, i, j, rows * Number.EPSILON)) rotated = true;
      }
    }
  }
  const lengths = m.map((column) => Math.sqrt(dot(column, column)));
  const order = lengths.map((_, j) => j).sort((a, b) => lengths[b]! - lengths[a]!);
  return {
    u: order.map((j) => (lengths[j] === 0 ? m[j]! : m[j]!.map((value) => value / lengths[j]!))),
    sigma: Float64Array.from(order, (j) => lengths[j]!),
    v: order.map((j) => v[j]!),
  };
}

/** Rotates columns i and j of `m` to be orthogonal, and `v` along; false when within `tolerance`. */
function orthogonalise(
  m: Float64Array[],
  v: Float64Array[],
  i: number,
  j: number,
  tolerance: number,
): boolean {
  const [x, y] = [m[i]!, m[j]!];
  const [xx, yy, xy] = [dot(x, x), dot(y, y), dot(x, y)];
  if (xy === 0 || Math.abs(xy) <= tolerance * Math.sqrt(xx) * Math.sqrt(yy)) return false;
  const zeta = (yy - xx) / (2 * xy);
  const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
  const c = 1 / Math.hypot(1, t);
  rotate(x, y, c, c * t);
  rotate(v[i]!, v[j]!, c, c * t);
  return true;
}

function rotate(x: Float64Array, y: Float64Array, c: number, s: number): void {
  for (let k = 0; k < x.length; k++) {
    const [a, b] = [x[k]!, y[k]!];
    x[k] = c * a - s * b;
    y[k] = s * a + c * b;
  }
}

/** Matrix as float64 columns with equal length. */
export type Columns = readonly Float64Array[];

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

export function transposed(x: Columns): Float64Array[] {
  const result = zeroColumns(x[0]?.length ?? 0, x.length);
  for (let j = 0; j < x.length; j++) {
    for (let i = 0; i < result.length; i++) result[i]![j] = x[j]![i]!;
  }
  return result;
}
