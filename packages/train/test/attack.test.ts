import { expect, test } from "vitest";
import { attack } from "../../../scripts/attack/attack.ts";
import { modelTargets } from "./helpers/attack-targets.ts";

test("a changed model file is read or refused with a code, in bounded time and memory", async () => {
  const tallies = await attack(modelTargets, { count: 150, seed: 20_261 });
  expect(tallies.flatMap(({ failures }) => failures)).toEqual([]);
  for (const { accepted, refused } of tallies) expect(Math.min(accepted, refused)).toBeGreaterThan(0);
}, 60_000);
