import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cellOf, nearestCode, placeFinder } from "../src/quantize.ts";
import { type Format4bit, table4bit } from "../src/quantized.ts";

const formats: readonly Format4bit[] = ["nf4", "fp4"];
const ulp = 2 ** -24;

describe.each(formats)("nearestCode for %s", (format) => {
  const table = table4bit(format);
  const finder = placeFinder(table);

  /** The plain search: the first place whose bound is not below x. */
  const searched = (x: number): number => table.codeAt[table.bounds.findIndex((bound) => x <= bound)]!;

  test("no two bounds share a cell, which the look-up relies on", () => {
    const cells = [...table.bounds.subarray(0, 15)].map(cellOf);
    expect(new Set(cells).size).toBe(15);
  });
  test("equals the plain search at every cell's edge, every bound, and just beside them", () => {
    const edges = Array.from({ length: 2049 }, (_, cell) => cell / 1024 - 1);
    for (const at of [...edges, ...table.bounds.subarray(0, 15)]) {
      for (const x of [at - ulp, at, at + ulp].map(Math.fround))
        expect([x, nearestCode(finder, x)]).toEqual([x, searched(x)]);
    }
  });
  test("equals the plain search anywhere in [-1, 1]", () => {
    fc.assert(
      fc.property(fc.float({ min: -1, max: 1, noNaN: true }), (x) => nearestCode(finder, x) === searched(x)),
      { numRuns: 2000, seed: 1 },
    );
  });
  test("bears a reciprocal's rounding error beyond ±1", () => {
    expect(nearestCode(finder, Math.fround(1 + 2 ** -20))).toBe(searched(1));
    expect(nearestCode(finder, Math.fround(-1 - 2 ** -20))).toBe(searched(-1));
  });
});
