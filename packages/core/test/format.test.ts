import { describe, expect, test } from "vitest";
import { formatBytes, formatCount, formatDecimalBytes } from "../src/format.ts";

describe("formatBytes", () => {
  test.each([
    [0, "0 B"],
    [1023, "1023 B"],
    [1024, "1.00 KiB"],
    [1_048_575, "1.00 MiB"], // not 1024 KiB
    [1023 * 1024, "1023 KiB"],
    [146_800_640, "140 MiB"],
    [10.25 * 1024, "10.3 KiB"],
    [24 * 1024 ** 3, "24.0 GiB"],
    [-2048, "-2.00 KiB"],
  ])("writes %d bytes as %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe("formatDecimalBytes", () => {
  test.each([
    [4_194_304, "4.19 MB"],
    [999_600, "1.00 MB"], // not 1000 kB
    [146_800_640, "147 MB"],
  ])("writes %d bytes as %s", (bytes, text) => {
    expect(formatDecimalBytes(bytes)).toBe(text);
  });
});

describe("formatCount", () => {
  test.each([
    [0, "0"],
    [950, "950"],
    [1_048_576, "1.05 M"],
    [32_768, "32.8 k"],
    [999_999, "1.00 M"], // not 1000 k
    [3_212_749_824, "3.21 B"],
  ])("writes %d as %s", (count, text) => {
    expect(formatCount(count)).toBe(text);
  });

  test("rejects what is not a number", () => {
    expect(() => formatCount(Number.NaN)).toThrow("count must be a finite number, got NaN");
    expect(() => formatBytes(Number.POSITIVE_INFINITY)).toThrow(
      "bytes must be a finite number, got Infinity",
    );
  });
});
