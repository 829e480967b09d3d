import { describe, expect, test } from "vitest";
import { levels4bit } from "../src/index.ts";
import { byteLevels4bit } from "../src/quantized.ts";

describe("levels4bit", () => {
  test("NF4 ascends from -1 to 1 with code 7 at zero", () => {
    const levels = levels4bit("nf4");
    expect([...levels]).toEqual([...levels].sort((a, b) => a - b));
    expect([levels[0], levels[7], levels[15]]).toEqual([-1, 0, 1]);
  });
  test("FP4 is sign and magnitude: code + 8 is the negative", () => {
    const levels = levels4bit("fp4");
    for (let code = 0; code < 8; code++) expect(levels[code + 8]).toBe(-levels[code]!);
    expect([...levels.subarray(0, 8)].map((level) => Math.round(level * 192))).toEqual([
      0, 1, 128, 192, 64, 96, 32, 48,
    ]);
  });
  test("is a copy, so that a caller cannot spoil the quantiser", () => {
    levels4bit("nf4").fill(0);
    expect(levels4bit("nf4")[15]).toBe(1);
  });
});

describe("byteLevels4bit", () => {
  test("row 0x2f is level 2, then level 15: the high nibble comes first", () => {
    const levels = levels4bit("nf4");
    const pairs = byteLevels4bit("nf4");
    expect(pairs).toHaveLength(512);
    expect([pairs[2 * 0x2f], pairs[2 * 0x2f + 1]]).toEqual([levels[2], levels[15]]);
  });
});
