import { describe, expect, test } from "vitest";
import { halfBits, roundTo, scaledOperand } from "../src/compute-dtype.ts";
import { interpret } from "../src/interpreter/runtime.ts";
import * as g from "./graph.ts";

const { POSITIVE_INFINITY, NEGATIVE_INFINITY, NaN: notANumber } = Number;

// Constants of IEEE 754 and of Intel's definition of bfloat16; ties go to the even last bit.
const float16s: readonly (readonly [number, number, number])[] = [
  [1, 0x3c00, 1],
  [-2, 0xc000, -2],
  [1 / 3, 0x3555, 0.333251953125],
  [1 + 2 ** -11, 0x3c00, 1], // half way between 1 and the next
  [1 + 3 * 2 ** -11, 0x3c02, 1 + 2 ** -9], // half way to an even one above
  [65504, 0x7bff, 65504],
  [65519.996, 0x7bff, 65504],
  [65520, 0x7c00, POSITIVE_INFINITY],
  [-1e6, 0xfc00, NEGATIVE_INFINITY],
  [2 ** -14, 0x0400, 2 ** -14],
  [2 ** -24, 0x0001, 2 ** -24],
  [2 ** -25, 0x0000, 0], // half way between 0 and the smallest
  [-3 * 2 ** -25, 0x8002, -(2 ** -23)],
  [notANumber, 0x7e00, notANumber],
];
const bfloat16s: readonly (readonly [number, number, number])[] = [
  [1, 0x3f80, 1],
  [Math.PI, 0x4049, 3.140625],
  [1 + 2 ** -8, 0x3f80, 1],
  [1 + 3 * 2 ** -8, 0x3f82, 1 + 2 ** -6],
  [1e38, 0x7e96, 9.969209968386869e37],
  [3.4e38, 0x7f80, POSITIVE_INFINITY],
  [notANumber, 0x7fc0, notANumber],
];

describe.each([
  ["float16", float16s],
  ["bfloat16", bfloat16s],
] as const)("%s", (type, numbers) => {
  test.each(numbers)("%d has the bits %i and is %d", (x, bits, value) => {
    expect([...halfBits(type, Float32Array.of(x))]).toEqual([bits]);
    expect(roundTo(type, Math.fround(x))).toBe(value);
  });

  test("every float32 of a sample rounds to a nearest number of the type, and bits and value agree", () => {
    const fraction = type === "float16" ? 10 : 7;
    const bias = type === "float16" ? 15 : 127;
    const decode = (bits: number): number => {
      const exponent = (bits >> fraction) & (2 * bias + 1);
      const part = (bits & (2 ** fraction - 1)) / 2 ** fraction;
      const size = exponent === 0 ? part * 2 ** (1 - bias) : (1 + part) * 2 ** (exponent - bias);
      return (bits & 0x8000 ? -1 : 1) * (exponent === 2 * bias + 1 ? POSITIVE_INFINITY : size);
    };
    const words = Uint32Array.from({ length: 3000 }, (_, i) => Math.imul(i, 2654435761) & 0xff7fffff);
    const sample = new Float32Array(words.buffer).filter((x) => Number.isFinite(x));
    const bits = halfBits(type, sample);
    sample.forEach((x, i) => {
      const value = decode(bits[i]!);
      expect(roundTo(type, x) + 0).toBe(value + 0); // of either sign where it is 0
      if (Math.abs(value) === POSITIVE_INFINITY) return;
      for (const neighbour of [decode(bits[i]! - 1), decode(bits[i]! + 1)])
        expect(Math.abs(value - x)).toBeLessThanOrEqual(Math.abs(neighbour - x));
    });
  });
});

describe("a product in float16", () => {
  const interpretProduct = (a: number[], b: number[], alpha = 1): number => {
    const x = g.input("a", [1, a.length]);
    const w = g.input("b", [b.length, 1]);
    const program = g.program({ y: g.matMul(x, w, { alpha }) });
    const feeds = {
      a: g.float32(x.shape, Float32Array.from(a)),
      b: g.float32(w.shape, Float32Array.from(b)),
    };
    return interpret(program, feeds, "float16").y!.data[0]!;
  };

  test("has its operands rounded, and its result", () => {
    expect(interpretProduct([1 + 2 ** -12], [1])).toBe(1);
    expect(interpretProduct([1, 2 ** -12], [1, 1])).toBe(1); // each is exact, and the sum is rounded
    expect(interpretProduct([300], [300])).toBe(POSITIVE_INFINITY);
  });

  test("takes its factor before it is rounded, on the smaller operand, so that it may be small enough", () => {
    expect(interpretProduct([300], [300], 1 / 8)).toBe(11248); // 11,250, of which float16 has every eighth
    const [a, b] = [g.input("a", [2, 3]), g.input("b", [3, 4])];
    expect(scaledOperand(g.matMul(a, b) as g.Value<"matMul">)).toBe(0);
    expect(scaledOperand(g.matMul(b, a, { transposeA: true, transposeB: true }) as g.Value<"matMul">)).toBe(
      1,
    );
  });
});
