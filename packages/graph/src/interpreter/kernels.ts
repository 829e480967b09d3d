import { type HalfDtype, roundTo, scaledOperand } from "../compute-dtype.ts";
import { type Shape, sizeOf } from "../tensor.ts";
import type { OpName, Value } from "../value.ts";

type Kernel<Name extends OpName> = (value: Value<Name>, inputs: readonly Array64[]) => Float64Array;
type Computed = Exclude<OpName, "input" | "constant">;

/** Reference kernels, written for reading: one plain loop per operation. */
export const kernels: { readonly [Name in Computed]: Kernel<Name> } = {
  add: binary((a, b) => a + b),
  sub: binary((a, b) => a - b),
  mul: binary((a, b) => a * b),
  div: binary((a, b) => a / b),
  exp: unary(Math.exp),
  log: unary(Math.log),
  sqrt: unary(Math.sqrt),
  sigmoid: unary((x) => 1 / (1 + Math.exp(-x))),
  tanh: unary(Math.tanh),
  erf: unary(erf),
  relu: unary((x) => Math.max(x, 0)),
  sign: unary(Math.sign),
  stopGradient: unary((x) => x),
  cast: unary((x) => x),
  sum: (value, [x]) => {
    const out = new Float64Array(sizeOf(value.shape));
    const target = broadcastIndex(value.shape, x!.shape);
    x!.data.forEach((element, i) => {
      out[target(i)]! += element;
    });
    return out;
  },
  reshape: (_, [x]) => x!.data,
  expand: (value, [x]) => {
    const source = broadcastIndex(x!.shape, value.shape);
    return new Float64Array(sizeOf(value.shape)).map((_, i) => x!.data[source(i)]!);
  },
  transpose: (value, [x]) => {
    const from = strides(x!.shape);
    const step = value.attributes.permutation.map((axis) => from[axis]!);
    const to = strides(value.shape);
    return new Float64Array(x!.data.length).map((_, i) => {
      let rest = i;
      let offset = 0;
      to.forEach((stride, axis) => {
        offset += Math.floor(rest / stride) * step[axis]!;
        rest %= stride;
      });
      return x!.data[offset]!;
    });
  },
  sliceLast: (value, [x]) => {
    const [from, to] = [x!.shape.at(-1)!, value.shape.at(-1)!];
    const { start } = value.attributes;
    return new Float64Array(sizeOf(value.shape)).map(
      (_, i) => x!.data[Math.floor(i / to) * from + start + (i % to)]!,
    );
  },
  padLast: (value, [x]) => {
    const [from, to] = [x!.shape.at(-1)!, value.shape.at(-1)!];
    const out = new Float64Array(sizeOf(value.shape));
    x!.data.forEach((element, i) => {
      out[Math.floor(i / from) * to + value.attributes.start + (i % from)] = element;
    });
    return out;
  },
  matMul: (value, [a, b]) => matMul(value, a!, b!),
  softmax: (_, [x]) =>
    byRow(x!, (row) => {
      const max = row.reduce((m, v) => Math.max(m, v), Number.NEGATIVE_INFINITY);
      const e = row.map((v) => Math.exp(v - max));
      const total = e.reduce((s, v) => s + v, 0);
      return e.map((v) => v / total);
    }),
  gelu: unary((x) => (x / 2) * (1 + erf(x * Math.SQRT1_2))),
  layerNorm: ({ attributes }, [x, weight, bias]) =>
    byRow(x!, (row) => {
      const mean = row.reduce((s, v) => s + v, 0) / row.length;
      const variance = row.reduce((s, v) => s + (v - mean) ** 2, 0) / row.length;
      const inverse = 1 / Math.sqrt(variance + attributes.epsilon);
      return row.map((v, i) => (v - mean) * inverse * weight!.data[i]! + bias!.data[i]!);
    }),
  rmsNorm: ({ attributes }, [x, weight]) =>
    byRow(x!, (row) => {
      const meanSquare = row.reduce((s, v) => s + v * v, 0) / row.length;
      const inverse = 1 / Math.sqrt(meanSquare + attributes.epsilon);
      return row.map((v, i) => v * inverse * weight!.data[i]!);
    }),
  rotary: ({ attributes }, [x, positions, cos, sin]) => {
    const [, heads, seq, headDim] = x!.shape as [number, number, number, number];
    const half = headDim / 2;
    const out = new Float64Array(x!.data.length);
    for (let row = 0; row < out.length / headDim; row++) {
      const batch = Math.floor(row / (heads * seq));
      const position = positions!.data[batch * seq + (row % seq)]!;
      for (let i = 0; i < half; i++) {
        const c = cos!.data[position * half + i]!;
        const s = sin!.data[position * half + i]! * (attributes.inverse ? -1 : 1);
        const low = x!.data[row * headDim + i]!;
        const high = x!.data[row * headDim + half + i]!;
        out[row * headDim + i] = low * c - high * s;
        out[row * headDim + half + i] = high * c + low * s;
      }
    }
    return out;
  },
  gatherRows: (value, [table, indices]) => {
    const width = table!.shape[1]!;
    return new Float64Array(sizeOf(value.shape)).map(
      (_, i) => table!.data[indices!.data[Math.floor(i / width)]! * width + (i % width)]!,
    );
  },
  scatterAddRows: (value, [updates, indices]) => {
    const width = value.shape[1]!;
    const out = new Float64Array(sizeOf(value.shape));
    updates!.data.forEach((element, i) => {
      out[indices!.data[Math.floor(i / width)]! * width + (i % width)]! += element;
    });
    return out;
  },
  gatherColumns: (_, [x, columns]) =>
    columns!.data.map((column, row) => x!.data[row * x!.shape[1]! + column]!),
  addToColumns: (_, [x, columns, amounts]) => {
    const out = Float64Array.from(x!.data);
    columns!.data.forEach((column, row) => {
      out[row * x!.shape[1]! + column]! += amounts!.data[row]!;
    });
    return out;
  },
  crossEntropy: (_, [logits, labels]) => {
    const classes = logits!.shape[1]!;
    return labels!.data.map((label, row) => {
      const scores = logits!.data.subarray(row * classes, (row + 1) * classes);
      const max = scores.reduce((m, v) => Math.max(m, v), Number.NEGATIVE_INFINITY);
      return Math.log(scores.reduce((s, v) => s + Math.exp(v - max), 0)) + max - scores[label]!;
    });
  },
  argMax: (value, [x]) => {
    const width = x!.shape.at(-1)!;
    return new Float64Array(sizeOf(value.shape)).map((_, row) => {
      const scores = x!.data.subarray(row * width, (row + 1) * width);
      return scores.indexOf(scores.reduce((m, v) => Math.max(m, v), Number.NEGATIVE_INFINITY));
    });
  },
  decode4bit: (value, [codes, absmax]) => dequantize(value, codes!.data, absmax!.data),
};

/** Decoded weights, rounded to float32 as the operation is defined. */
function dequantize(value: Value<"decode4bit">, codes: Float64Array, absmax: Float64Array): Float64Array {
  const { levels, blockSize } = value.attributes;
  return new Float64Array(sizeOf(value.shape)).map((_, i) => {
    const byte = codes[i >> 1]!;
    const code = i % 2 === 0 ? byte >> 4 : byte & 15;
    return Math.fround(levels[code]! * absmax[Math.floor(i / blockSize)]!);
  });
}

function unary(f: (x: number) => number): (value: Value, inputs: readonly Array64[]) => Float64Array {
  return (_, [x]) => x!.data.map(f);
}

function binary(
  f: (a: number, b: number) => number,
): (value: Value, inputs: readonly Array64[]) => Float64Array {
  return (value, [a, b]) => {
    const fromA = broadcastIndex(a!.shape, value.shape);
    const fromB = broadcastIndex(b!.shape, value.shape);
    return new Float64Array(sizeOf(value.shape)).map((_, i) => f(a!.data[fromA(i)]!, b!.data[fromB(i)]!));
  };
}

function byRow(x: Array64, f: (row: Float64Array) => Float64Array): Float64Array {
  const width = x.shape.at(-1)!;
  const out = new Float64Array(x.data.length);
  for (let start = 0; start < out.length; start += width)
    out.set(f(x.data.subarray(start, start + width)), start);
  return out;
}

/**
 * Error function erf(x) in double precision: Maclaurin series up to |x| = 3, else Lentz's continued fraction for erfc.
 * Source: Abramowitz and Stegun 7.1.6 and 7.1.14.
 */
function erf(x: number): number {
  const z = Math.abs(x);
  if (z > 6) return Math.sign(x);
  if (z <= 3) {
    let term = z;
    let total = z;
    for (let n = 1; Math.abs(term) > 1e-17 * total && n < 200; n++) {
      term *= (2 * z * z) / (2 * n + 1);
      total += term;
    }
    return Math.sign(x) * total * Math.exp(-z * z) * (2 / Math.sqrt(Math.PI));
  }
  let tail = 0;
  for (let n = 60; n > 0; n--) tail = n / 2 / (z + tail);
  return Math.sign(x) * (1 - Math.exp(-z * z) / (Math.sqrt(Math.PI) * (z + tail)));
}

/** Interpreter's tensor: every dtype as float64. */
export interface Array64 {
  readonly shape: Shape;
  readonly data: Float64Array;
}

function strides(shape: Shape): number[] {
  const result = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    result[axis] = stride;
    stride *= shape[axis]!;
  }
  return result;
}

/** Index mapping for broadcasting: from a flat index in `large` to the element in `small`. */
function broadcastIndex(small: Shape, large: Shape): (index: number) => number {
  if (small.join() === large.join()) return (index) => index;
  const largeStrides = strides(large);
  const smallStrides = strides(small);
  const lead = large.length - small.length;
  const step = largeStrides.map((_, axis) =>
    axis < lead || small[axis - lead] === 1 ? 0 : smallStrides[axis - lead]!,
  );
  return (index) => {
    let rest = index;
    let offset = 0;
    for (let axis = 0; axis < largeStrides.length; axis++) {
      offset += Math.floor(rest / largeStrides[axis]!) * step[axis]!;
      rest %= largeStrides[axis]!;
    }
    return offset;
  };
}

/** Matrix product alpha · op(a) op(b), for each matrix in the leading axes. */
function matMul(value: Value<"matMul">, a: Array64, b: Array64): Float64Array {
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

/** Matrix product with operands and result rounded to `type`, and exact sums. */
export function roundedMatMul(value: Value<"matMul">, a: Array64, b: Array64, type: HalfDtype): Float64Array {
  const { alpha } = value.attributes;
  // Runtimes hold float32 numbers, so a second rounding follows.
  const rounded = ({ shape, data }: Array64, factor: number): Array64 => ({
    shape,
    data: data.map((x) => roundTo(type, Math.fround(x * factor))),
  });
  const scaled = scaledOperand(value);
  const operands = [rounded(a, scaled === 0 ? alpha : 1), rounded(b, scaled === 1 ? alpha : 1)] as const;
  const plain = { ...value, attributes: { ...value.attributes, alpha: 1 } };
  return matMul(plain, ...operands).map((x) => roundTo(type, Math.fround(x)));
}
