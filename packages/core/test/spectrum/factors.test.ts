import { expect, test } from "vitest";
import { InputError } from "../../src/errors.ts";
import { factorQr } from "../../src/spectrum/factors.ts";

const matrix = (rows: number, columns: number, ...data: number[]) => ({
  shape: [rows, columns] as const,
  data: Float32Array.from(data),
});

test("B and Aᵀ become QR factors of their own shapes", () => {
  const { a, b } = factorQr({ loraA: matrix(1, 2, 3, 4), loraB: matrix(3, 1, 0, 0, -2), scaling: 1 });
  expect(a.r).toEqual([Float64Array.of(-5)]);
  expect(Math.abs(b.r[0]![0]!)).toBe(2);
  const column = b.timesQ([b.r[0]!])[0]!;
  for (const [i, value] of [0, 0, -2].entries()) expect(column[i]).toBeCloseTo(value, 14);
});

test("lists everything that does not fit", () => {
  const broken = {
    loraA: matrix(2, 2, 1, 2, Number.NaN, 4),
    loraB: matrix(2, 1, 1),
    scaling: Number.POSITIVE_INFINITY,
  };
  expect(() => factorQr(broken)).toThrow(
    new InputError(
      "E_FACTORS",
      "loraA must hold finite numbers, got NaN at element 2\n" +
        "loraB must have 2 x 1 elements and at least one, got 1\n" +
        "loraB must have shape [out, 2], got [2,1]\n" +
        "scaling must be a finite number, got Infinity",
    ),
  );
});
