import { join } from "node:path";
import { expect, test } from "vitest";
import { readOutcomes } from "../../src/readers/read-outcomes.ts";
import { writeRuns } from "../helpers/evaluators.ts";

test("rows are read from a file or standard input, and counted on the way", async () => {
  const lines = Array.from({ length: 25_000 }, (_, i) => `4,1,e${i},1`);
  const folder = writeRuns({ "a.csv": ["rank,seed,example,correct", ...lines].join("\n") });
  const counts: unknown[] = [];
  const onRead = ({ lines, share }: { lines: number; share?: number }) =>
    counts.push([lines >= 20_000, share! <= 1]);
  expect((await readOutcomes(join(folder, "a.csv"), { onRead })).examples).toBe(25_000);
  expect(counts).toEqual([[true, true]]);
});
