import { expect, test } from "vitest";
import { readSettings } from "../../src/settings/read-file.ts";
import { withUntil } from "../../src/settings/saved-settings.ts";

const settings = (flags: Record<string, unknown>) => withUntil(readSettings("sweep", undefined, flags));

test("until settled is a race over the most seeds", () => {
  expect(settings({ until: "settled" })).toMatchObject({ method: "race", seeds: 12 });
  expect(settings({ until: "settled", maxSeeds: "8", maxTime: "1.5h" })).toMatchObject({
    method: "race",
    seeds: 8,
    "max-time": 5400,
  });
  expect(settings({ seeds: "4" })).toEqual({ seeds: 4 });
});

test("what contradicts it is refused in one error", () => {
  expect(() => settings({ until: "settled", method: "grid", seeds: "4" })).toThrow(
    "method must be race, or not given, with --until settled, got grid\n" +
      "seeds must not be given with --until settled, which adds them: use --max-seeds",
  );
  expect(() => settings({ maxSeeds: "4" })).toThrow(
    "max-seeds must be given with --until settled, got it alone",
  );
  expect(() => settings({ until: "settled", maxTime: "soon" })).toThrow(
    "--max-time must be a time such as 90s, 45m or 2h",
  );
  expect(() => settings({ until: "later" })).toThrow('--until must be settled, got "later"');
});
