import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type FloatTensorDType, fromFloat32, isFloatTensorDType, toFloat32 } from "../src/dtype.ts";
import { caught } from "./helpers/caught.ts";

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
    expect(all16.filter((bits) => Number.isNaN(floats[bits]) !== Number.isNaN(again[bits]))).toHaveLength(0);
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
