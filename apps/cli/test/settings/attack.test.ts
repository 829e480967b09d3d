import { expect, test } from "vitest";
import { attack } from "../../../../scripts/attack/attack.ts";
import { settingsTargets } from "./attack-targets.ts";

test("a changed settings file is refused with a code, or gives known settings of finite numbers", async () => {
  for (const tally of await attack(settingsTargets, { count: 100, seed: 20_261 })) {
    expect(tally.failures).toEqual([]);
    expect(Math.min(tally.accepted, tally.refused)).toBeGreaterThan(0);
  }
});
