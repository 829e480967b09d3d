import { describe, expect, test } from "vitest";
import { pythonFloat } from "../src/quant-state.ts";

describe("pythonFloat", () => {
  // Right: what Python 3.11's json.dumps() prints.
  test.each([
    [0, "0.0"],
    [-0, "-0.0"],
    [1, "1.0"],
    [-3, "-3.0"],
    [0.1, "0.1"],
    [0.019999999552965164, "0.019999999552965164"],
    [0.0001, "0.0001"],
    [0.00001, "1e-05"],
    [0.000012345, "1.2345e-05"],
    [1.17549435e-38, "1.17549435e-38"],
    [5e-324, "5e-324"],
    [1e15, "1000000000000000.0"],
    [1e16, "1e+16"],
    [123456789012345680000, "1.2345678901234568e+20"],
  ])("%d is %s", (value, text) => {
    expect(pythonFloat(value)).toBe(text);
  });
});
