import { expect, test } from "vitest";
import { meanOfTokens } from "../helpers/mean-of-tokens.ts";

test("means take real tokens alone, on whichever side the pads are, and have length 1", () => {
  // Two texts of 2 and 1 tokens, width 2; 9 stands at pads.
  const states = Float32Array.of(3, 0, 3, 8, 9, 9, /* second */ 9, 9, 9, 9, 0, -5);
  const means = meanOfTokens(states, { lengths: [2, 1], starts: [0, 2], seq: 3 }, 2);
  // mean (3, 4), norm 5
  expect([...means].map((x) => Math.round(1e6 * x) / 1e6)).toEqual([0.6, 0.8, 0, -1]);
});
