/**
 * [256] the signed 8-bit dynamic code, ascending, in [-0.993, 1]. It spends bits on an exponent near zero and on a
 * fraction near one: for each e = 0 … 6 the interval [0.1, 1] is cut into 2^e equal parts, whose centres times
 * 10^(e - 6) are levels with either sign; 0 and 1 complete the 256.
 *
 * Source: 8-Bit Approximations for Parallelism in Deep Learning, https://arxiv.org/abs/1511.04561, as bitsandbytes'
 * create_dynamic_map() computes it, to the bit: float32 throughout.
 */
export const dynamicCode: Float32Array = buildDynamicCode();

/** [256] a copy of the dynamic code's levels: `nested_quant_map` in a checkpoint. */
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

/** `count` float32 values from 0.1 to 1. Like torch.linspace, each half is reckoned from its own end, in one rounding. */
function linspace(count: number): Float32Array {
  const start = Math.fround(0.1);
  const step = Math.fround(Math.fround(1 - start) / (count - 1));
  return Float32Array.from({ length: count }, (_, index) =>
    index < Math.floor(count / 2)
      ? Math.fround(start + step * index)
      : Math.fround(1 - step * (count - index - 1)),
  );
}
