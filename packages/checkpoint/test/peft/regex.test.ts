import fc from "fast-check";
import { expect, test } from "vitest";
import { compilePattern } from "../../src/peft/regex.ts";

/** Expressions over a, b and the dot, nested a few levels deep. */
const expression: fc.Arbitrary<string> = fc.letrec<{ e: string }>((tie) => ({
  e: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom("a", "b", "\\.", ".", "[ab]", "[^a]", "\\w", "\\W", "^", "$"),
    fc.tuple(tie("e"), tie("e")).map(([x, y]) => x + y),
    fc.tuple(tie("e"), tie("e")).map(([x, y]) => `(${x}|${y})`),
    fc
      .tuple(tie("e"), fc.constantFrom("*", "+", "?", "{2}", "{1,2}", "{1,}", "*?"))
      .map(([x, q]) => `(?:${x})${q}`),
  ),
})).e;

test("agrees with the engine's own regular expressions wherever those are quick", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "."), maxLength: 7 });
  fc.assert(
    fc.property(expression, text, (source, path) => {
      expect(compilePattern(source)(path, [0])).toBe(new RegExp(`^(?:${source})$`).test(path));
    }),
    { numRuns: 3000 },
  );
});

test("starts where it is told", () => {
  const pattern = compilePattern("b.*");
  expect([pattern("abc", [0]), pattern("abc", [0, 1]), pattern("abc", [2])]).toEqual([false, true, false]);
});
