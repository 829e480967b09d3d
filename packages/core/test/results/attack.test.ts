import { expect, test } from "vitest";
import { attack } from "../../../../scripts/attack/attack.ts";
import { resultsTargets } from "./attack-targets.ts";

test("changed results are refused with a code, or decide on finite numbers", async () => {
  for (const tally of await attack(resultsTargets, { count: 100, seed: 20_261 })) {
    expect(tally.failures).toEqual([]);
    expect(Math.min(tally.accepted, tally.refused)).toBeGreaterThan(0);
  }
});
