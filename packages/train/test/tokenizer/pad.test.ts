import { expect, test } from "vitest";
import { padTokens } from "../../src/tokenizer/pad.ts";

const lists = [[5, 6, 7], [8], []];

test("fills up behind the tokens, and the mask says what is filling", () => {
  expect(padTokens(lists, { side: "right", padId: 9 })).toEqual({
    rows: 3,
    seq: 3,
    inputIds: Int32Array.of(5, 6, 7, 8, 9, 9, 9, 9, 9),
    attentionMask: Int32Array.of(1, 1, 1, 1, 0, 0, 0, 0, 0),
  });
});
test("fills up before the tokens, to a given length rounded up", () => {
  expect(padTokens([[5, 6, 0], [8]], { side: "left", length: 3, multipleOf: 4 })).toEqual({
    rows: 2,
    seq: 4,
    inputIds: Int32Array.of(0, 5, 6, 0, 0, 0, 0, 8),
    attentionMask: Int32Array.of(0, 1, 1, 1, 0, 0, 0, 1), // a token may be 0 too
  });
});
test("no row is cut, and no rows are none", () => {
  expect(() => padTokens(lists, { side: "left", length: 2 })).toThrow(
    expect.objectContaining({
      code: "E_MAX_LENGTH",
      message: "length must be at least 3, that of the longest row, got 2",
    }),
  );
  expect(padTokens([], { side: "left" })).toEqual({
    rows: 0,
    seq: 0,
    inputIds: new Int32Array(),
    attentionMask: new Int32Array(),
  });
});
