import { type HalfDtype, roundTo, scaledOperand } from "../compute-dtype.ts";
import { sizeOf } from "../shape.ts";
import type { Value } from "../value.ts";
import type { Array64 } from "./indexing.ts";

/** alpha · op(a) op(b) for each matrix of the leading axes. */
export function matMul(value: Value<"matMul">, a: Array64, b: Array64): Float64Array {
  const { transposeA, transposeB, alpha } = value.attributes;
  const [m, n] = [value.shape.at(-2)!, value.shape.at(-1)!];
  const k = a.shape.at(transposeA ? -2 : -1)!;
  const out = new Float64Array(sizeOf(value.shape));
  const [rowA, stepA] = transposeA ? [1, m] : [k, 1];
  const [stepB, columnB] = transposeB ? [1, k] : [n, 1];
  for (let matrix = 0; matrix < out.length / (m * n); matrix++) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let total = 0;
        for (let l = 0; l < k; l++) {
          total +=
            a.data[matrix * m * k + i * rowA + l * stepA]! *
            b.data[matrix * k * n + l * stepB + j * columnB]!;
        }
        out[matrix * m * n + i * n + j] = alpha * total;
      }
    }
  }
  return out;
}

/** The same with both operands and the result rounded to `type`, and the sums between exact. */
export function roundedMatMul(value: Value<"matMul">, a: Array64, b: Array64, type: HalfDtype): Float64Array {
  const { alpha } = value.attributes;
  // Runtimes hold float32 numbers, which are rounded once more.
  const rounded = ({ shape, data }: Array64, factor: number): Array64 => ({
    shape,
    data: data.map((x) => roundTo(type, Math.fround(x * factor))),
  });
  const scaled = scaledOperand(value);
  const operands = [rounded(a, scaled === 0 ? alpha : 1), rounded(b, scaled === 1 ? alpha : 1)] as const;
  const plain = { ...value, attributes: { ...value.attributes, alpha: 1 } };
  return matMul(plain, ...operands).map((x) => roundTo(type, Math.fround(x)));
}
