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
      const [names, map] = [new Names(), new Map<string, number>()];
      const found = texts.map((one) => {
        const number = names.find(one);
        if (number === undefined) names.add(one);
        return number;
      });
      const expected = texts.map((one) => {
        const number = map.get(one);
        if (number === undefined) map.set(one, map.size);
        return number;
      });
      expect(found).toEqual(expected);
      expect(Array.from(map.keys(), (one) => names.find(one))).toEqual([...map.values()]);
      expect(Array.from(map.values(), (number) => names.at(number))).toEqual([...map.keys()]);
      expect(names.size).toBe(map.size);
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
