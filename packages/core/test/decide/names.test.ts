import fc from "fast-check";
import { expect, test } from "vitest";
import { Names } from "../../src/decide/names.ts";

test("numbers texts as a Map does, whatever they hold and in whatever order they come back", () => {
  const text = fc.oneof(
    fc.string({ maxLength: 3 }),
    fc.string({ unit: "binary" }),
    fc.constantFrom("", "ż", "日本"),
  );
  fc.assert(
    fc.property(fc.array(text, { maxLength: 100 }), (texts) => {
      const [names, expected] = [new Names(), new Map<string, number>()];
      for (const one of texts) {
        expect(names.find(one)).toBe(expected.get(one));
        if (expected.has(one)) continue;
        expected.set(one, expected.size);
        names.add(one);
      }
      expect(names.size).toBe(expected.size);
      for (const [one, number] of expected)
        expect([names.find(one), names.at(number)]).toEqual([number, one]);
    }),
    { seed: 7, numRuns: 100 },
  );
});

test("finds 100,000 texts again, forwards and backwards", () => {
  const names = new Names();
  for (let i = 0; i < 100_000; i++) names.add(`validation/${i}`);
  let wrong = 0;
  for (let i = 0; i < 100_000; i++) if (names.find(`validation/${i}`) !== i) wrong++;
  for (let i = 99_999; i >= 0; i--) if (names.find(`validation/${i}`) !== i) wrong++;
  expect(wrong).toBe(0);
  expect(names.find("validation/100000")).toBeUndefined();
});
