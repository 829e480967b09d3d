import { expect, test } from "vitest";
import { readByteSize } from "../../src/memory/card-text.ts";

test.each([
  ["120MB", 120e6],
  ["1.5 GiB", 1.5 * 2 ** 30],
  ["64000", 64000],
  ["12kb", 12000],
])("%s is %i bytes", (text, bytes) => {
  expect(readByteSize(text)).toBe(bytes);
});

test.each(["", "MB", "12 parsecs", "-3MB", "1e9", "0", "0.5b", "constructor"])("%j is no size", (text) => {
  expect(readByteSize(text)).toBeUndefined();
});
