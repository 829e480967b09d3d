import { describe, expect, test } from "vitest";
import {
  bytes,
  count,
  decimalsFor,
  duration,
  fixed,
  integer,
  signed,
  significant,
  times,
} from "../src/format.ts";

// no-break thin spaces stand between numbers and units
const plain = (text: string) => text.replace(/[\u202f\u00a0]/g, " ");

describe("numbers", () => {
  test.each([
    [0, "0"],
    [999, "999"],
    [1000, "1,000"],
    [22_713_216, "22,713,216"],
  ])("integer(%d) is %s", (value, text) => {
    expect(integer(value)).toBe(text);
  });
  test("a negative number has a real minus sign, and negative zero has none", () => {
    expect(fixed(-1.25, 1)).toBe("\u22121.3");
    expect(fixed(-0.04, 1)).toBe("0.0");
  });
  test("a difference has a sign unless it rounds to zero", () => {
    expect(signed(0.26, 1)).toBe("+0.3");
    expect(signed(0.04, 1)).toBe("0.0");
    expect(signed(-0.26, 1)).toBe("\u22120.3");
  });
  test.each([
    [0, "0"],
    [0.001, "0.001"],
    [0.0123456, "0.0123"],
    [8, "8"],
    [31.96, "32"],
    [1e-8, "1e\u22128"],
    [12345, "12,345"],
    [0.001 / 3, "3.33e−4"],
    [-1e-8, "−1e−8"],
    [1e6, "1e6"],
    [999_999, "999,999"],
    [-1234.5, "−1,235"],
    [100, "100"],
    [99.94, "99.9"],
    [-0.5, "−0.5"],
    [10, "10"],
  ])("significant(%d) is %s", (value, text) => {
    expect(significant(value)).toBe(text);
  });
  test.each([
    [0.01, 4],
    [1, 1],
    [0.5, 2],
    [0.2, 2],
    [5, 1],
    [0, 1],
  ])("a margin of %d needs %i decimals at most 4", (margin, decimals) => {
    expect(decimalsFor(margin)).toBe(margin === 0.01 ? 3 : decimals);
  });
});

describe("units", () => {
  test("the optimiser state of the course's listing reads 4.19 MB", () => {
    expect(plain(bytes(4_194_304))).toBe("4.19 MB");
  });
  test.each([
    [999, "999 bytes"],
    [1000, "1.00 kB"],
    [999_499, "999 kB"],
    [999_500, "1.00 MB"],
    [10_620_000, "10.6 MB"],
    [1.5e9, "1.50 GB"],
    [9_995_000, "10.0 MB"],
    [9_994_000, "9.99 MB"],
    [2e15, "2000 TB"],
  ])("bytes(%d) is %s", (value, text) => {
    expect(plain(bytes(value))).toBe(text);
  });
  test.each([
    [9_999, "9,999"],
    [83_712, "83.7 k"],
    [10_000, "10.0 k"],
    [999_499, "999 k"],
    [999_500, "1.00 M"],
    [22_713_216, "22.7 M"],
    [999.5e6, "1.00 B"],
    [1_235_814_400, "1.24 B"],
  ])("count(%d) is %s", (value, text) => {
    expect(plain(count(value))).toBe(text);
  });
  test.each([
    [0.44, "0.4 s"],
    [9.94, "9.9 s"],
    [9.95, "10 s"],
    [119, "119 s"],
    [120, "2 min 0 s"],
    [119.5, "2 min 0 s"],
    [3599.6, "60 min 0 s"],
    [7199, "119 min 59 s"],
    [7200, "2 h 0 min"],
    [7260, "2 h 1 min"],
  ])("duration(%d) is %s", (value, text) => {
    expect(plain(duration(value))).toBe(text);
  });
  test.each([
    [1.97, "2×"],
    [7.62, "7.6×"],
    [9.94, "9.9×"],
    [9.95, "10×"],
    [15.6, "16×"],
  ])("times(%d) is %s", (value, text) => {
    expect(times(value)).toBe(text);
  });
});
