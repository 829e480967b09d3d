import { type BlockAbsmax, countBlocks, nestedBlockSize } from "./quantized.ts";

/** Grid on [-1, 1] to which bitsandbytes rounds before picking the nearest level. */
const gridSteps = 65535;

/** [65536] nearest dynamic code by grid value, made on first use. */
let codeOfGrid: Uint8Array | undefined;

/**
 * Double quantisation: absmax values [nBlocks] become 8-bit codes of `absmax - offset`, with a float32 absmax per 256.
 * 0.127 bits a weight at block size 64, instead of 0.5. `offset` defaults to their mean in float64. bitsandbytes sums
 * in float32, in a CPU-dependent order, so its offset differs by an ulp or two; equal offsets give equal bytes. Source:
 * QLoRA, section 3, https://arxiv.org/abs/2305.14314
 */
export function compressAbsmax(
  values: Float32Array,
  offset = meanOf(values),
): BlockAbsmax & { kind: "double" } {
  codeOfGrid ??= buildCodeOfGrid();
  const codes = new Uint8Array(values.length);
  const nestedAbsmax = new Float32Array(countBlocks(values.length, nestedBlockSize));
  for (let block = 0; block < nestedAbsmax.length; block++) {
    const start = block * nestedBlockSize;
    const centred = values.slice(start, start + nestedBlockSize).map((value) => value - offset);
    const absmax = centred.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    nestedAbsmax[block] = absmax;
    if (absmax === 0) continue; // code 0 times absmax 0 is 0
    const reciprocal = Math.fround(1 / absmax);
    for (let i = 0; i < centred.length; i++) {
      codes[start + i] = codeOfGrid[gridIndex(Math.fround(centred[i]! * reciprocal))]!;
    }
  }
  return { kind: "double", codes, nestedAbsmax, offset };
}

/** Absmax values [nBlocks] in float32; under double quantisation code · nestedAbsmax + offset. */
export function restoreAbsmax(absmax: BlockAbsmax): Float32Array {
  if (absmax.kind === "float32") return absmax.values;
  const { codes, nestedAbsmax, offset } = absmax;
  const values = new Float32Array(codes.length);
  for (let i = 0; i < values.length; i++) {
    const centred = Math.fround(dynamicCode[codes[i]!]! * nestedAbsmax[Math.floor(i / nestedBlockSize)]!);
    values[i] = centred + offset;
  }
  return values;
}

function meanOf(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return Math.fround(sum / values.length);
}

/** Grid place of x; every operation rounds to float32, as bitsandbytes does. */
function gridIndex(x: number): number {
  const clamped = Math.min(1, Math.max(-1, x));
  const half = Math.fround(clamped + 1) / 2;
  return Math.trunc(Math.fround(Math.fround(half * gridSteps) + 0.5));
}

function buildCodeOfGrid(): Uint8Array {
  const table = new Uint8Array(gridSteps + 1);
  let code = 0;
  for (let step = 0; step < table.length; step++) {
    const value = Math.fround(-1 + Math.fround((2 * step) / gridSteps));
    while (code < 255 && Math.fround(dynamicCode[code]! + dynamicCode[code + 1]!) / 2 < value) code++;
    table[step] = code;
  }
  return table;
}

/**
 * [256] signed 8-bit dynamic code, ascending, in [-0.993, 1]. For e = 0 … 6, [0.1, 1] is cut into 2^e parts. Their
 * centres times 10^(e - 6) are levels with either sign; 0 and 1 complete the 256. Source: 8-Bit Approximations for
 * Parallelism in Deep Learning, https://arxiv.org/abs/1511.04561, as bitsandbytes' create_dynamic_map() computes it, to
 * the bit: float32 throughout.
 */
const dynamicCode: Float32Array = buildDynamicCode();

/** [256] copy of the levels: `nested_quant_map` in a checkpoint. */
export function dynamicLevels(): Float32Array {
  return dynamicCode.slice();
}

function buildDynamicCode(): Float32Array {
  const levels: number[] = [0, 1];
  for (let exponent = 0; exponent < 7; exponent++) {
    const edges = linspace(2 ** exponent + 1);
    const scale = Math.fround(10 ** (exponent - 6));
    for (let part = 0; part < 2 ** exponent; part++) {
      const centre = Math.fround(edges[part]! + edges[part + 1]!) / 2;
      const level = Math.fround(scale * centre);
      levels.push(level, -level);
    }
  }
  return Float32Array.from(levels).sort();
}

/** Values from 0.1 to 1. Like torch.linspace, each half is computed from the nearer end, in a single rounding. */
function linspace(count: number): Float32Array {
  const start = Math.fround(0.1);
  const step = Math.fround(Math.fround(1 - start) / (count - 1));
  return Float32Array.from({ length: count }, (_, index) =>
    index < Math.floor(count / 2)
      ? Math.fround(start + step * index)
      : Math.fround(1 - step * (count - index - 1)),
  );
}
