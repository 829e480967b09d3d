import { describe, expect, test } from "vitest";
import { quantize4bit, storage4bit } from "../src/index.ts";
import { normalDraws } from "./normal-draws.ts";

describe("storage4bit", () => {
  test("is 4.5 bits a weight, as QLoRA says", () => {
    expect(storage4bit(4096 * 4096).bytesPerWeight * 8).toBe(4.5);
  });
  test("is 4.127 bits a weight under double quantisation, as QLoRA says", () => {
    expect(storage4bit(4096 * 4096, { doubleQuant: true }).bytesPerWeight * 8).toBeCloseTo(4.127, 3);
  });
  test("adds up, by hand", () => {
    // 1,001 weights: 501 bytes of codes, 16 blocks
    expect(storage4bit(1001)).toEqual({
      codesBytes: 501,
      absmaxBytes: 64,
      nestedBytes: 0,
      totalBytes: 565,
      bytesPerWeight: 565 / 1001,
    });
  });
  test.each([1, 64, 65, 20_001])("counts what quantize4bit makes of %i weights", (length) => {
    for (const doubleQuant of [false, true]) {
      const { codes, absmax } = quantize4bit(normalDraws(length, 1), { doubleQuant });
      const actual =
        absmax.kind === "float32"
          ? codes.byteLength + absmax.values.byteLength
          : codes.byteLength + absmax.codes.byteLength + absmax.nestedAbsmax.byteLength + 4; // the offset
      expect(storage4bit(length, { doubleQuant }).totalBytes).toBe(actual);
    }
  });
  test.each([0, -1, 2.5, Number.NaN])("rejects length %d", (length) => {
    expect(() => storage4bit(length)).toThrow(
      expect.objectContaining({
        code: "E_QUANTIZE",
        message: `length must be a positive integer, got ${length}`,
      }),
    );
  });
});
