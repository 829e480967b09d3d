import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type FloatTensorDType,
  fromFloat32,
  isFloatTensorDType,
  isTensorDType,
  TENSOR_DTYPES,
  tensorByteLength,
  toFloat32,
} from "../src/dtype.ts";
import { caught } from "./helpers/caught.ts";

describe("widening", () => {
  function bytesOf(...values: number[]): Uint8Array {
    return new Uint8Array(Uint16Array.from(values).buffer);
  }

  describe("toFloat32", () => {
    test("widens every float16 to the value that its bits spell", () => {
      const all = Uint16Array.from({ length: 65_536 }, (_, half) => half);
      const floats = toFloat32(new Uint8Array(all.buffer), "F16", "all");
      for (let half = 0; half < 65_536; half++) {
        const sign = half >= 0x8000 ? -1 : 1;
        const exponent = Math.floor(half / 1024) % 32;
        const fraction = half % 1024;
        // IEEE 754: exponent 0 is subnormal, 31 is infinite or not a number, the bias is 15
        const finite =
          exponent === 0 ? (fraction / 1024) * 2 ** -14 : (1 + fraction / 1024) * 2 ** (exponent - 15);
        const special = fraction === 0 ? Number.POSITIVE_INFINITY : Number.NaN;
        const expected = sign * (exponent === 31 ? special : finite);
        if (!Object.is(floats[half], expected)) expect([half, floats[half]]).toEqual([half, expected]);
      }
    });

    test("widens bfloat16 by its sign, eight exponent and seven fraction bits", () => {
      // 0x3f80 = 1; 0xc020 = -2.5; 0x7f80 = infinity; 0x0001 = 2^-133, the smallest; 0x8000 = -0
      const floats = toFloat32(bytesOf(0x3f80, 0xc020, 0x7f80, 0x0001, 0x8000), "BF16", "x");
      expect([...floats]).toEqual([1, -2.5, Number.POSITIVE_INFINITY, 2 ** -133, -0]);
    });

    test("keeps 2^24, the last of the consecutive integers, and refuses 2^24 + 1", () => {
      const words = (values: bigint[]) => new Uint8Array(BigInt64Array.from(values).buffer);
      expect([...toFloat32(words([16_777_216n, -100n]), "I64", "ids")]).toEqual([16_777_216, -100]);
      expect(caught(() => toFloat32(words([5n, 16_777_217n]), "I64", "ids"))).toMatchObject({
        code: "E_DTYPE",
        message:
          'tensor "ids" must hold values that float32 can hold exactly, got 16777217 (I64) at element 1',
      });
      const largest = 2n ** 63n - 1n; // float32 rounds it up to 2^63, which is no int64
      expect(caught(() => toFloat32(words([largest]), "I64", "ids")).message).toContain(
        "got 9223372036854775807",
      );
    });

    test("refuses to round a float64, and keeps its NaN, infinity and negative zero", () => {
      const doubles = (values: number[]) => new Uint8Array(Float64Array.from(values).buffer);
      expect([...toFloat32(doubles([0.5, -0, Number.NaN, -Infinity]), "F64", "x")]).toEqual([
        0.5,
        -0,
        Number.NaN,
        -Infinity,
      ]);
      expect(caught(() => toFloat32(doubles([0.1]), "F64", "x")).message).toContain(
        "got 0.1 (F64) at element 0",
      );
      expect(caught(() => toFloat32(doubles([1e300]), "F64", "x")).message).toContain("got 1e+300");
    });

    test("reads the small integers as signed or unsigned", () => {
      const bytes = Uint8Array.of(0x80, 0xff);
      expect([...toFloat32(bytes, "I8", "x")]).toEqual([-128, -1]);
      expect([...toFloat32(bytes, "U8", "x")]).toEqual([128, 255]);
      expect([...toFloat32(bytes, "I16", "x")]).toEqual([-128]); // 0xff80
      expect([...toFloat32(Uint8Array.of(1, 0), "BOOL", "x")]).toEqual([1, 0]);
    });
  });

  describe("tensorByteLength", () => {
    test("multiplies sizes and bytes; a scalar has one element", () => {
      expect(tensorByteLength([2, 3], "F64")).toBe(48);
      expect(tensorByteLength([], "BF16")).toBe(2);
      expect(tensorByteLength([5, 0], "F32")).toBe(0);
    });

    test("says undefined when a product is no safe integer, even if a zero follows", () => {
      expect(tensorByteLength([2 ** 26, 2 ** 26], "F32")).toBeUndefined(); // 2^54 bytes
      expect(tensorByteLength([2 ** 40, 2 ** 40, 0], "U8")).toBeUndefined();
    });
  });

  test("a name out of Object.prototype is no dtype", () => {
    expect(TENSOR_DTYPES.every(isTensorDType)).toBe(true);
    expect(["toString", "__proto__", "f32", 3, null].some(isTensorDType)).toBe(false);
  });
});

describe("narrowing", () => {
  const halves = (dtype: FloatTensorDType, ...values: number[]): number[] => [
    ...new Uint16Array(fromFloat32(Float32Array.from(values), dtype, "w").buffer),
  ];
  const all16 = Uint16Array.from({ length: 65_536 }, (_, i) => i);

  describe.each(["F16", "BF16"] as const)("%s", (dtype) => {
    test("every value goes to float32 and back with its bits, a NaN to a NaN", () => {
      const floats = toFloat32(new Uint8Array(all16.slice().buffer), dtype, "w");
      const back = new Uint16Array(fromFloat32(floats, dtype, "w").buffer);
      const wrong = all16.filter((bits) => back[bits] !== bits && !Number.isNaN(floats[bits]));
      expect([...wrong]).toEqual([]);
      const again = toFloat32(new Uint8Array(back.buffer), dtype, "w");
      expect(all16.filter((bits) => Number.isNaN(floats[bits]) !== Number.isNaN(again[bits]))).toHaveLength(
        0,
      );
    });

    test("a float32 goes to the nearest value, to the even one when two are as near", () => {
      // all finite values, ascending; neighbours in bits are neighbours in value
      const positive = toFloat32(
        new Uint8Array(all16.slice(0, dtype === "F16" ? 0x7c00 : 0x7f80).buffer),
        dtype,
        "w",
      );
      const largest = positive.at(-1)!;
      fc.assert(
        fc.property(fc.float({ min: 0, max: Math.fround(largest), noNaN: true }), (value) => {
          const [bits] = halves(dtype, value);
          const error = Math.abs(positive[bits!]! - value);
          for (const neighbour of [bits! - 1, bits! + 1]) {
            const other = Math.abs((positive[neighbour] ?? Number.POSITIVE_INFINITY) - value);
            expect(error < other || (error === other && bits! % 2 === 0)).toBe(true);
          }
          expect(halves(dtype, -value)).toEqual([bits! | 0x8000]);
        }),
        { numRuns: 2000 },
      );
    });
  });

  test("ties go to the even neighbour, by hand", () => {
    expect(halves("BF16", 1 + 2 ** -8, 1 + 3 * 2 ** -8)).toEqual([0x3f80, 0x3f82]);
    expect(halves("F16", 1 + 2 ** -11, 1 + 3 * 2 ** -11)).toEqual([0x3c00, 0x3c02]);
    expect(halves("F16", 2 ** -25, 3 * 2 ** -25, 2 ** -26)).toEqual([0, 2, 0]); // among the subnormals
    expect(halves("F16", 2 ** -14 - 2 ** -25)).toEqual([0x400]); // up into the normal ones
  });

  test("bfloat16 has float32's range; what rounds above it becomes infinite", () => {
    expect(halves("BF16", 3.4028234663852886e38, Number.NEGATIVE_INFINITY)).toEqual([0x7f80, 0xff80]);
  });

  test("a value beyond float16 is an error, an infinity is not", () => {
    expect(halves("F16", 65519, Number.POSITIVE_INFINITY)).toEqual([0x7bff, 0x7c00]);
    expect(caught(() => halves("F16", 1, -65520))).toMatchObject({
      code: "E_DTYPE",
      message: 'tensor "w" must hold values that F16 can hold, got -65520 at element 1',
    });
  });

  test("float32 stays as it is, only the part of the buffer that is shown", () => {
    const values = Float32Array.of(9, 1, 2).subarray(1);
    expect(toFloat32(fromFloat32(values, "F32", "w").slice(), "F32", "w")).toEqual(Float32Array.of(1, 2));
  });

  test("knows its types", () => {
    expect(["F32", "F16", "BF16", "F64", "Q4_0", "U8"].filter(isFloatTensorDType)).toEqual([
      "F32",
      "F16",
      "BF16",
    ]);
  });
});
