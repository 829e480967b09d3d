import { expect, test } from "vitest";
import { attack } from "../../../../scripts/attack/attack.ts";
import { tableTargets } from "./attack-targets.ts";

test("a changed table is read to numbered rows or refused with a code", async () => {
  for (const tally of await attack(tableTargets, { count: 100, seed: 20_261 })) {
    expect(tally.failures).toEqual([]);
    expect(Math.min(tally.accepted, tally.refused)).toBeGreaterThan(0);
  }
});
