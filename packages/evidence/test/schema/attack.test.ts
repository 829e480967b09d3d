import { expect, test } from "vitest";
import { attack, casesOf, made, outcomeOf } from "../../../../scripts/attack/attack.ts";
import { resultsTargets } from "./attack-targets.ts";

const targets = made(resultsTargets);

test.each(casesOf(targets))("$target.name: $file.name gives $file.expected", async ({ target, file }) => {
  expect(await outcomeOf(target, file)).toBe(file.expected);
});

test.each(targets)("a changed $name is refused with a code, or decides on finite numbers", async (target) => {
  const { failures, accepted, refused } = await attack(target, { count: "tests", seed: 20_261 });
  expect(failures).toEqual([]);
  expect(Math.min(accepted, refused)).toBeGreaterThan(0);
});
