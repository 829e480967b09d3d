import { expect, test } from "vitest";
import { readByteSize } from "../src/quantize/byte-size.ts";

test.each([
  ["120MB", 120e6],
  ["1.5 GiB", 1.5 * 2 ** 30],
  ["64000", 64000],
  ["12kb", 12000],
])("%s is %i bytes", (text, bytes) => {
  expect(readByteSize(text, "--budget")).toBe(bytes);
});

test.each(["", "MB", "12 parsecs", "-3MB", "1e9", "0", "0.5b", "constructor"])("refuses %j", (text) => {
  expect(() => readByteSize(text, "--budget")).toThrow(
    expect.objectContaining({
      code: "E_CONFIG",
      message: `--budget must be a size such as 120MB, 1.5GiB or 64000, got ${JSON.stringify(text)}`,
    }),
  );
});
