import { describe, expect, test } from "vitest";
import { chosenName } from "../../src/readers/format.ts";

describe("the name that is taken of several", () => {
  test("is the chosen one, or the only one", () => {
    expect(chosenName("--score", "x", ["a", "b", "a"], "b")).toBe("b");
    expect(chosenName("--score", "x", ["a", "a"])).toBe("a");
  });

  test.each([
    [["b", "a"], undefined, "--score must be one of a, b in x, got none"],
    [["a"], "c", "--score must be one of a in x, got c"],
    [[], "c", "--score must be left out, as there is no such name in x, got c"],
    [Array.from({ length: 22 }, (_, i) => `n${i + 10}`), undefined, "n28, n29, 2 more in x"],
  ])("of %j with %s is asked for", (names, chosen, message) => {
    expect(() => chosenName("--score", "x", names, chosen)).toThrow(message);
  });
});
