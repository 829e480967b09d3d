import { expect, test } from "vitest";
import { attack, casesOf, made, outcomeOf } from "../../../../scripts/attack/attack.ts";
import { outcomeTargets } from "./attack-targets.ts";

const targets = made(outcomeTargets);

test.each(casesOf(targets))("$target.name: $file.name gives $file.expected", async ({ target, file }) => {
  expect(await outcomeOf(target, file)).toBe(file.expected);
});

test.each(targets)(
  "a changed file, $name, is refused with a code or keeps what the target promises",
  async (target) => {
    const { failures, accepted, refused } = await attack(target, { count: "tests", seed: 20_261 });
    expect(failures).toEqual([]);
    expect(Math.min(accepted, refused)).toBeGreaterThan(0);
  },
);
